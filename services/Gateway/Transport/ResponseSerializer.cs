using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Freshet.Gateway.Execution.Errors;
using GraphQL;
using GraphQL.SystemTextJson;

namespace Freshet.Gateway.Transport;

/// <summary>Writes answers as UTF-8 into a buffer of the transport; no string in between.</summary>
public sealed class ResponseSerializer(ErrorPresenter errors) : GraphQLSerializer(Configure, errors)
{
    // Answers are served as JSON with nosniff, never inside HTML, so letters beyond ASCII need no escape.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static void Configure(JsonSerializerOptions options) => options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    public void Write(IBufferWriter<byte> output, ExecutionResult result)
    {
        using var writer = CreateWriter(output);
        Write(writer, result);
    }

    public void Write(Utf8JsonWriter writer, ExecutionResult result) => JsonSerializer.Serialize(writer, result, SerializerOptions);

    public void Write(Utf8JsonWriter writer, ExecutionErrors executionErrors) => JsonSerializer.Serialize(writer, executionErrors, SerializerOptions);

    public Inputs ReadInputs(JsonElement element) => JsonSerializer.Deserialize<Inputs>(element, SerializerOptions) ?? Inputs.Empty;
}
