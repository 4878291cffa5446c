using System.ComponentModel.DataAnnotations;

namespace Freshet.Gateway.Execution.Limits;

/// <summary>Who may ask, and how much of the schema they are shown. Section <c>Gateway</c>.</summary>
public sealed class GatewayAccessOptions
{
    public const string Section = "Gateway";

    /// <summary>The key that callers present as <c>Authorization: Bearer</c> or <c>X-Api-Key</c>. A secret, without default.</summary>
    [Required(ErrorMessage = "Gateway:ApiKey is missing. Set it to the key that callers present, for example through Gateway__ApiKey.")]
    [MinLength(8, ErrorMessage = "Gateway:ApiKey is shorter than 8 characters. Generate a random one of 32.")]
    public string ApiKey { get; set; } = "";

    /// <summary>The key before the last rotation, still accepted while callers move to the new one.</summary>
    [MinLength(8, ErrorMessage = "Gateway:PreviousApiKey is shorter than 8 characters. Remove it or set the whole old key.")]
    public string? PreviousApiKey { get; set; }

    /// <summary>Whether authenticated callers may ask <c>__schema</c> and <c>__type</c>.</summary>
    /// <value>Null: only in Development.</value>
    public bool? AllowIntrospection { get; set; }

    /// <summary>Whether validation errors name similar fields ("Did you mean ...").</summary>
    /// <value>Null: only in Development.</value>
    public bool? ShowSuggestions { get; set; }

    /// <summary>Whether a browser that opens <c>/graphql</c> gets the explorer page.</summary>
    /// <value>Null: only in Development.</value>
    public bool? ShowExplorer { get; set; }
}
