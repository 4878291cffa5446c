using System.Text;

namespace Freshet.Profiles.Sealing;

/// <summary>
/// Where a sealed value lives. It is authenticated with the value, so a seal that was copied to another table, row or field does not open.
/// </summary>
public static class SealedPlace
{
    private const int IdLength = 32;

    /// <summary>Associated data of a field: <c>table|row id|field</c>. <see cref="DataKey"/> adds its own id.</summary>
    /// <param name="table">ASCII.</param>
    /// <param name="row">The row's id.</param>
    /// <param name="field">ASCII.</param>
    public static byte[] Of(string table, Guid row, string field)
    {
        var place = new byte[table.Length + field.Length + IdLength + 2];
        Encoding.ASCII.GetBytes(table, place);
        place[table.Length] = (byte)'|';
        row.TryFormat(place.AsSpan(table.Length + 1), out _, "N");
        place[table.Length + 1 + IdLength] = (byte)'|';
        Encoding.ASCII.GetBytes(field, place.AsSpan(table.Length + IdLength + 2));
        return place;
    }
}
