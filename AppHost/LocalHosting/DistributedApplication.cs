namespace Aspire.Hosting;

public sealed class DistributedApplication
{
    public static DistributedApplication CreateBuilder(string[] args) => new();
    public DistributedApplication Build() => this;
    public void Run() => GC.KeepAlive(this);
}
