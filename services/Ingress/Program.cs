using Freshet.Ingress.Batching;
using Freshet.Ingress.Limits;
using Freshet.Ingress.Receiving;
using Freshet.Ingress.Sources;
using Freshet.Ingress.Spilling;
using Freshet.Profiles;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddProfilesStore(appliesEvents: false);
builder.AddSources();
builder.AddLimits();
builder.AddSpilling();
builder.AddBatching();
builder.AddReceiving();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapReceiving();
await app.RunUntilStoppedAsync();
