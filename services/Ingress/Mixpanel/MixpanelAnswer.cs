using System.Text.Json;
using System.Text.Json.Nodes;
using Freshet.Ingress.Tracking;

namespace Freshet.Ingress.Mixpanel;

/// <summary>What Mixpanel's clients take for success: the literal <c>1</c>, or an object where they asked for one. Anything else is an error to them.</summary>
public static class MixpanelAnswer
{
    /// <summary>The answer to a request whose good items are durable.</summary>
    /// <param name="http">The request.</param>
    /// <param name="call">Its address.</param>
    /// <param name="split">The items.</param>
    public static IResult Of(HttpContext http, MixpanelCall call, TrackingEvents split)
    {
        // Mixpanel's own library imports as it tracks, by address or form, and waits for the literal.
        if (call == MixpanelCall.Import && HttpMethods.IsPost(http.Request.Method) && !http.Request.HasFormContentType)
        {
            return OfImport(split, isStrict: http.Request.Query["strict"] != "0");
        }

        var isGood = split.Refused.Count == 0;
        return http.Request.Query["verbose"] == "1"
            ? Json(new JsonObject { ["status"] = isGood ? 1 : 0, ["error"] = isGood ? null : First(split) })
            : TypedResults.Text(isGood ? "1" : "0", "text/plain");
    }

    // A strict import is refused as such although its good items are kept: so it is documented, and so the caller finds out.
    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult OfImport(TrackingEvents split, bool isStrict)
    {
        var isGood = !isStrict || split.Refused.Count == 0;
        var answer = new JsonObject
        {
            ["code"] = isGood ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            ["num_records_imported"] = split.Events.Count,
            ["status"] = isGood ? "OK" : "Bad Request",
        };
        if (!isGood)
        {
            answer["error"] = "some data points in the request failed validation";
            answer["failed_records"] = new JsonArray([.. split.Refused.Select(Failed)]);
        }

        return Json(answer, isGood ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static JsonObject Failed(RefusedItem item) => new()
    {
        ["index"] = item.Index,
        ["field"] = item.Pointer.TrimStart('/')[(item.Pointer.TrimStart('/').IndexOf('/') + 1)..].Replace('/', '.'),
        ["message"] = item.Detail,
    };

    private static string First(TrackingEvents split) => $"item {split.Refused[0].Index}: {split.Refused[0].Detail}";

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Json(JsonObject answer, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(answer.ToJsonString(JsonSerializerOptions.Web), "application/json", statusCode: status);
}
