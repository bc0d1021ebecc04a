using System.Text;
using ModelManager.Epics;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>Texts of users: pvRequests and address lists are read, or refused with a reason.</summary>
public static class TextTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        try
        {
            new PvRequest(PvRequest.Parse(text)).Select(PvaSeeds.ZooType.Layout);
        }
        catch (FormatException)
        {
        }
        try
        {
            foreach (var address in EpicsAddress.ParseList(text))
                if (EpicsAddress.Parse(address.ToString()) != address)
                    throw new InvalidOperationException($"{address} reads differently");
        }
        catch (FormatException)
        {
        }
    }
}
