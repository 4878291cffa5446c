using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Freshet.Testing.Drivers;

namespace Freshet.System.Tests.Vendors;

/// <summary>One Freshet with a source of every kind that has a built-in mapping, and with the traits that the mappings give.</summary>
public sealed class VendorInstallation : IAsyncLifetime
{
    public const string Organization = "00D1U0000008bQwUAI";
    public const string Key = "a-vendor-key-for-tests-0123456789";

    public const string StripeKey = $"whsec_{Key}";

    private const string Traits = """
        traits:
          - { name: email, type: string, personal: true }
          - { name: phone, type: string }
          - { name: mobile_phone, type: string }
          - { name: first_name, type: string, personal: true }
          - { name: last_name, type: string, personal: true }
          - { name: company, type: string }
          - { name: job_title, type: string }
          - { name: birthday, type: date }
          - { name: country, type: string }
          - { name: region, type: string }
          - { name: city, type: string }
          - { name: postal_code, type: string }
          - { name: locale, type: string }
          - { name: currency, type: string }
          - { name: tags, type: list }
          - { name: marketing_opt_in, type: boolean }
          - { name: email_status, type: string }
          - { name: lifecycle_stage, type: string }
          - { name: lead_status, type: string }
          - { name: cart_items, type: integer }
          - { name: cart_value, type: decimal }
          - { name: subscription_status, type: string }
          - { name: subscription_plan, type: string }
          - { name: subscription_renews_at, type: datetime }
        """;

    private static readonly string[] Kinds =
    [
        "shopify", "stripe", "hubspot", "woocommerce", "sendgrid", "mailgun", "postmark", "dataverse", "salesforce", "meta", "microsoft-graph", "cloudevents", "github",
    ];

    private readonly DirectoryInfo workspace = Directory.CreateTempSubdirectory("freshet-vendors-");
    private readonly ECDsa sendGrid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<(string Kind, string Payload), Task<string>> answers = [];
    private Installation? installation;

    public Installation Installation => installation ?? throw new InvalidOperationException("The fixture has not been started.");

    /// <summary>What SendGrid signs with, PKCS #8 in base64.</summary>
    public string SendGridKey => Convert.ToBase64String(sendGrid.ExportPkcs8PrivateKey());

    public Uri AddressOf(string kind) => new(Installation.App.GetEndpoint("ingress"), $"/webhooks/{kind}");

    public async ValueTask InitializeAsync()
    {
        WriteWorkspace();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        installation = await Installation.StartAsync<Projects.AppHost>(
            new InstallationOptions { Arguments = [$"--Workspace:Path={workspace.FullName}"], Configure = GiveKeys }, timeout.Token);
        foreach (var (kind, payload) in VendorPayloads.All)
        {
            answers[(kind, payload)] = SendAsync(kind, payload);
        }
    }

    /// <summary>What a payload was answered; empty if it was taken. All are sent when the installation has started.</summary>
    public Task<string> AnswerAsync(string kind, string payload) => answers[(kind, payload)];

    public async ValueTask DisposeAsync()
    {
        if (installation is not null)
        {
            await installation.DisposeAsync();
        }

        sendGrid.Dispose();
        workspace.Delete(recursive: true);
    }

    private async Task<string> SendAsync(string kind, string payload)
    {
        var file = VendorPayloads.Read(kind, payload);
        var headers = file["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value!.GetValue<string>());
        using var request = VendorRequests.Of(this, kind, $"{kind}-{payload}", headers, file["body"]!);
        using var answer = await Installation.Ingress.SendAsync(request);
        return answer.IsSuccessStatusCode ? "" : $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private void GiveKeys(IDistributedApplicationBuilder builder)
    {
        foreach (var host in builder.Resources.OfType<ProjectResource>().Where(host => host.Name is "migrator" or "ingress").ToList())
        {
            builder.CreateResourceBuilder(host)
                .WithEnvironment("Parameters__vendor-key", Key)
                .WithEnvironment("Parameters__stripe-key", StripeKey)
                .WithEnvironment("Parameters__sendgrid-key", Convert.ToBase64String(sendGrid.ExportSubjectPublicKeyInfo()));
        }
    }

    private void WriteWorkspace()
    {
        File.WriteAllText(Path.Combine(workspace.FullName, "traits.yaml"), Traits);
        var sources = workspace.CreateSubdirectory("sources").FullName;
        foreach (var kind in Kinds)
        {
            var secret = kind is "sendgrid" or "stripe" ? $"{kind}-key" : "vendor-key";
            File.WriteAllText(Path.Combine(sources, $"{kind}.yaml"), $"name: {kind}\nkind: {kind}\nsecrets: [\"${{{secret}}}\"]\n{Settings(kind)}");
        }

        // Amazon signs with certificates of its own, which no test can: Ingress.Tests holds that proof. Here its messages come signed otherwise.
        File.WriteAllText(
            Path.Combine(sources, "amazon-sns.yaml"),
            "name: Amazon\nkind: hmac\nmapping: amazon-sns\nsecrets: [\"${vendor-key}\"]\nhmac: { header: x-signature, encoding: hex, signed: \"{body}\" }\n");
    }

    private static string Settings(string kind) => kind switch
    {
        "hubspot" => "publicUrl: https://hooks.example.com/webhooks/hubspot\n",
        "salesforce" => $"organizationId: {Organization}\n",
        "meta" => "verifyToken: \"${vendor-key}\"\n",
        _ => "",
    };
}
