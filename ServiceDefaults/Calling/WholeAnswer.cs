namespace Freshet.ServiceDefaults.Calling;

/// <summary>Reads the answer to its end inside the timeout and the circuit, and no more of it than <paramref name="largest"/>.</summary>
internal sealed class WholeAnswer(int largest) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(largest, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
