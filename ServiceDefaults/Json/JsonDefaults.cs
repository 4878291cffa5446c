using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Freshet.ServiceDefaults.Json;

internal static class JsonDefaults
{
    // AllowDuplicateProperties: PostgreSQL keeps the last of two equal keys without a word; two readers of one text must not differ.
    public static void AddJsonDefaults(this IHostApplicationBuilder builder) =>
        builder.Services.Configure<JsonOptions>(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.SerializerOptions.AllowDuplicateProperties = false;
        });
}
