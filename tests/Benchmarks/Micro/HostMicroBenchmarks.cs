using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Freshet.Gateway.Execution.Errors;
using Freshet.Gateway.Execution.Limits;
using Freshet.Gateway.Transport;
using Freshet.Ingress.Verifying;
using Freshet.Testing;
using Freshet.Testing.Drivers;
using GraphQL;
using GraphQL.Types;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Freshet.Benchmarks.Micro;

/// <summary>Whether a webhook of a few hundred bytes was signed by its sender.</summary>
public class SignatureCheck
{
    private readonly byte[] body = Encoding.UTF8.GetBytes(
        """{"type":"customer.updated","timestamp":"2026-11-23T12:00:00Z","data":{"user_id":"u1","email":"u1@example.com","loyalty":{"points":1}}}""");

    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private readonly SigningSecret[] secrets = [SigningSecret.Parse(TestSecrets.DemoWebhookSecret)!];
    private readonly SignatureHeaders headers;

    public SignatureCheck()
    {
        var timestamp = now.ToUnixTimeSeconds();
        var signature = new WebhookSigner(TestSecrets.DemoWebhookSecret).Signature("msg_1", timestamp, body);
        headers = new SignatureHeaders("msg_1", timestamp.ToString(CultureInfo.InvariantCulture), signature);
    }

    [Benchmark]
    public bool Verify() => StandardWebhooks.Verify(headers, body, secrets, now).IsVerified;
}

/// <summary>From an executed result of 18 fields to the bytes of the answer.</summary>
public class ResponseWriting
{
    private const int Fields = 18;
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly ResponseSerializer serializer = new(new ErrorPresenter(
        Options.Create(new GatewayAccessOptions { ApiKey = Installation.ApiKey }), Host.CreateApplicationBuilder().Environment));

    private ExecutionResult result = new();

    [GlobalSetup]
    public async Task ExecuteAsync()
    {
        var query = new ObjectGraphType { Name = "Query" };
        var names = Enumerable.Range(0, Fields).Select(number => $"field{number}").ToArray();
        Array.ForEach(names, name => query.Field<StringGraphType>(name).Resolve(context => $"value of {context.FieldDefinition.Name}"));
        using var schema = new Schema { Query = query };
        result = await new DocumentExecuter().ExecuteAsync(options =>
        {
            options.Schema = schema;
            options.Query = $"{{ {string.Join(' ', names)} }}";
        });
    }

    [Benchmark]
    public int Write()
    {
        output.ResetWrittenCount();
        serializer.Write(output, result);
        return output.WrittenCount;
    }
}
