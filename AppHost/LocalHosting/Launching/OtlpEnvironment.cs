using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Launching;

/// <summary>
/// Where telemetry goes. Real Aspire always names its dashboard; there is none here, so the variables are set only when
/// a collector was named: an exporter without one would retry forever.
/// </summary>
internal static class OtlpEnvironment
{
    public static void AddTo(Dictionary<string, object> variables, IConfiguration configuration, bool isDevelopment)
    {
        var (endpoint, protocol) = Endpoint(configuration);
        if (endpoint is not null)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        }

        if (!isDevelopment)
        {
            return;
        }

        variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
        variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
        variables["OTEL_TRACES_SAMPLER"] = "always_on";
        variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
        variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
        variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
    }

    private static (string? Endpoint, string Protocol) Endpoint(IConfiguration configuration)
    {
        if (Given(configuration, "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL") is { } grpc)
        {
            return (grpc, "grpc");
        }

        return Given(configuration, "ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL") is { } http
            ? (http, "http/protobuf")
            : (Given(configuration, "OTEL_EXPORTER_OTLP_ENDPOINT"), Given(configuration, "OTEL_EXPORTER_OTLP_PROTOCOL") ?? "grpc");
    }

    private static string? Given(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : null;
}
