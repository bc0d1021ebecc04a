using System.Buffers;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>When a server says that it is up: after 20 ms, then in doubling steps up to the period (online_notify.c of RSRV).</summary>
/// <param name="period">EPICS_CAS_BEACON_PERIOD, 15 s by default.</param>
public sealed class CaBeaconSchedule(TimeSpan period)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(20);
    private TimeSpan _delay = s_first;
    private uint _sequence;
    private bool _sent;

    /// <summary>Writes the next beacon and says how long to wait before the one after it.</summary>
    public TimeSpan Next(IBufferWriter<byte> writer, ushort tcpPort, uint address)
    {
        // RSRV sends sequence 0 twice: the counter is read before it is raised, the first message is all zero.
        CaWriter.Beacon(writer, tcpPort, _sent ? _sequence++ : 0, address);
        _sent = true;
        var delay = _delay < period ? _delay : period;
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, period.Ticks));
        return delay;
    }

    /// <summary>Starts over, so that clients look again soon: PVs came or moved here.</summary>
    public void Restart() => _delay = s_first;
}
