using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Freshet.Ingress.Verifying;
using Microsoft.Extensions.DependencyInjection;

namespace Freshet.Ingress.Tests.Senders;

/// <summary>Amazon's side: a certificate of the test's own, and whatever else it was told to answer. Any other call fails.</summary>
internal sealed class AmazonStub : HttpMessageHandler, IHttpClientFactory
{
    public const string CertificateUrl = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem";

    private static readonly RSA Key = RSA.Create(2048);

    private static readonly X509Certificate2 Certificate = new CertificateRequest("CN=sns.test", Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ConcurrentDictionary<string, HttpStatusCode> Answers { get; } = new() { [CertificateUrl] = HttpStatusCode.OK };

    /// <summary>Whether calls that nobody expected are answered 404 in place of failing.</summary>
    public bool IsLenient { get; init; }

    public ConcurrentQueue<string> Asked { get; } = [];

    public static string Sign(byte[] signed, HashAlgorithmName hash) => Convert.ToBase64String(Key.SignData(signed, hash, RSASignaturePadding.Pkcs1));

    public void Register(IServiceCollection services) =>
        services.AddHttpClient(SigningCertificates.ClientName).ConfigurePrimaryHttpMessageHandler(() => this);

    public HttpClient CreateClient(string name)
    {
#pragma warning disable RS0030 // This is the factory.
        return new HttpClient(this, disposeHandler: false);
#pragma warning restore RS0030
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.ToString();
        Asked.Enqueue(address);
        return Answers.TryGetValue(address, out var status)
            ? Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(Certificate.ExportCertificatePem()) })
            : IsLenient ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound)) : throw new InvalidOperationException($"Nobody expected a call to {address}.");
    }
}
