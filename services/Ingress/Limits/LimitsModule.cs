namespace Freshet.Ingress.Limits;

public static class LimitsModule
{
    /// <summary>What holds back floods: limits per address and the web server's own.</summary>
    public static WebApplicationBuilder AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AddressLimitsOptions>().BindConfiguration("Ingress:AddressLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<AddressLimits>();
        builder.WebHost.ConfigureKestrel(ServerLimits.Apply);
        return builder;
    }
}
