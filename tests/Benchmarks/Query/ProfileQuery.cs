using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Freshet.Benchmarks.Load;
using Freshet.Benchmarks.Running;
using Freshet.Testing.Drivers;

namespace Freshet.Benchmarks.Query;

/// <summary>What an email template asks at send time: a profile by email, 18 fields: 3 of its own and 15 traits. (There are no segments yet.)</summary>
internal static class ProfileQuery
{
    public const string Document =
        """
        query ProfileByEmail($email: String!) {
          profile(by: { email: $email }) {
            id
            version
            updatedAt
            traits {
              firstName
              lastName
              email
              locale
              country
              plan
              marketingOptIn
              loyaltyPoints
              favoriteCategories
              cartItems
              cartValue
              ordersCount
              lifetimeValue
              lastOrderAt
              lastSeenAt
            }
          }
        }

        """;

    private const string Headers = $"Accept: application/graphql-response+json\r\nAuthorization: Bearer {Installation.ApiKey}\r\n";

    private static readonly string DocumentId = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Document)))}";

    /// <summary>Requests for customers in a random order that is the same in every run.</summary>
    /// <param name="isTrusted">Sends the id of the document in place of its text.</param>
    /// <param name="customers">How many there are.</param>
    public static RequestTape Tape(int customers, bool isTrusted)
    {
        const int Requests = 50_000;
        var random = new Random(customers);
        var tape = new RequestTape();
        for (var count = 0; count < Requests; count++)
        {
            tape.AddPost("/graphql", Headers, Body(Customers.Email(random.Next(customers)), isTrusted));
        }

        return tape;
    }

    /// <summary>A good answer holds a profile and no error.</summary>
    public static bool IsGood(int status, ReadOnlySpan<byte> body) =>
        status == 200 && body.IndexOf("\"lastSeenAt\":"u8) >= 0 && body.IndexOf("\"errors\""u8) < 0;

    public static byte[] Body(string email, bool isTrusted) => isTrusted
        ? JsonSerializer.SerializeToUtf8Bytes(new { documentId = DocumentId, variables = new { email } })
        : JsonSerializer.SerializeToUtf8Bytes(new { query = Document, variables = new { email } });
}
