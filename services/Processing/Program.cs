using Freshet.Processing;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddProcessing();

var app = builder.Build();
app.MapDefaultEndpoints();
await app.RunUntilStoppedAsync();
