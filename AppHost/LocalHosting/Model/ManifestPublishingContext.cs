using System.Text.Json;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// Real Aspire hands this to a <see cref="ApplicationModel.ParameterDefault"/> when it writes a deployment manifest.
/// LocalHosting only runs and never publishes; the type is here so that such classes compile against both.
/// </summary>
public sealed class ManifestPublishingContext(Utf8JsonWriter writer)
{
    public Utf8JsonWriter Writer { get; } = writer;
}
