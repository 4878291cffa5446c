using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Freshet.Ingress.Verifying;

/// <summary>
/// Amazon SNS: an RSA signature over some members of the body, by a certificate of which the body gives the address
/// (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html). Amazon signs for the topics of all its customers, so the topic
/// must be one that the source names.
/// </summary>
public sealed class AmazonSnsProof(IReadOnlyList<string> topicArns, SigningCertificates certificates) : IProof, IFetchesKeys
{
    public const string Notification = "Notification";
    public const string SubscriptionConfirmation = "SubscriptionConfirmation";
    public const string UnsubscribeConfirmation = "UnsubscribeConfirmation";

    private static readonly string[] OfNotification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] OfConfirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    public Verification CheckHead(in RequestHead head) => Verification.Proven(head.Now);

    public ValueTask<bool> FetchAsync(ReadOnlyMemory<byte> body, CancellationToken ct) =>
        JsonText.Parse(body.Span) is { } json && IsOurs(json) && SigningCertificates.Allowed(JsonText.Of(json, "SigningCertURL")) is { } address
            ? certificates.FetchAsync(address, ct)
            : ValueTask.FromResult(true);

    public Verification Verify(in RequestHead head, ReadOnlySpan<byte> body)
    {
        if (JsonText.Parse(body) is not { } json || Signed(json) is not { } signed)
        {
            return Verification.Refused(Outcome.BodyMalformed);
        }

        if (!IsOurs(json))
        {
            return Verification.Refused(Outcome.OtherSender);
        }

        return SigningCertificates.Allowed(JsonText.Of(json, "SigningCertURL")) is { } address
            && certificates.Find(address) is { } certificate
            && Fits(json, signed, certificate)
                ? Verification.Proven(head.Now)
                : Verification.Refused(Outcome.NoMatch);
    }

    private bool IsOurs(JsonElement json) => JsonText.Of(json, "TopicArn") is { } topic && topicArns.Contains(topic);

    // Member and value in lines of their own, in the order of the alphabet. Null where one is missing.
    private static byte[]? Signed(JsonElement json)
    {
        string[]? names = JsonText.Of(json, "Type") switch
        {
            Notification => OfNotification,
            SubscriptionConfirmation or UnsubscribeConfirmation => OfConfirmation,
            _ => null,
        };
        if (names is null)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var name in names)
        {
            if (JsonText.Of(json, name) is { } value)
            {
                text.Append(name).Append('\n').Append(value).Append('\n');
            }
            else if (name != "Subject")
            {
                return null;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static bool Fits(JsonElement json, byte[] signed, X509Certificate2 certificate)
    {
        HashAlgorithmName? algorithm = JsonText.Of(json, "SignatureVersion") switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => null,
        };
        var text = JsonText.Of(json, "Signature") ?? "";
        var signature = new byte[text.Length];
        if (algorithm is not { } hash
            || !Convert.TryFromBase64String(text, signature, out var length)
            || Convert.ToBase64String(signature.AsSpan(0, length)) != text)
        {
            return false;
        }

        using var key = certificate.GetRSAPublicKey();
        return key?.VerifyData(signed, signature.AsSpan(0, length), hash, RSASignaturePadding.Pkcs1) == true;
    }
}
