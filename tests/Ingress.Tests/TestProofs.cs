using Freshet.Ingress.Tests.Senders;
using Freshet.Ingress.Verifying;
using Microsoft.Extensions.Logging.Abstractions;

namespace Freshet.Ingress.Tests;

internal static class TestProofs
{
    public static Proofs Create(TimeProvider time, IHttpClientFactory? clients = null) =>
        new(new SigningCertificates(clients ?? new AmazonStub(), time, NullLogger<SigningCertificates>.Instance), new UsedTokens());
}
