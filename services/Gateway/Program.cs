using Freshet.Gateway.Schema;
using Freshet.Gateway.Transport;
using Freshet.Profiles;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddProfilesStore();
builder.AddFreshProfiles();
builder.AddGatewaySchema();
builder.AddGraphQLTransport();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapGraphQL();
await app.RunUntilStoppedAsync();
