using System.Text;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// Where a sealed value lives. It is authenticated with the value, so a seal that was copied to another table, row or field does not open.
/// </summary>
public static class SealedPlace
{
    /// <summary>Associated data of a field: <c>table|row id|field</c>. <see cref="DataKey"/> adds its own id.</summary>
    public static byte[] Of(string table, Guid row, string field) => Encoding.ASCII.GetBytes($"{table}|{row:n}|{field}");
}
