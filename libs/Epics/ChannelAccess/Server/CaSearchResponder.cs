using System.Buffers;
using System.Net;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>Answers UDP searches: a datagram in, datagrams out.</summary>
public sealed class CaSearchResponder(ICaServerHost host)
{
    /// <summary>Largest datagram that is sent: below every common MTU.</summary>
    public const int MaxDatagram = 1400;

    private const int ReplySize = CaHeader.Size + 8;

    /// <summary>Reads a search datagram and writes the answer for the names that are here. Garbage is skipped without a word.</summary>
    /// <param name="reply">Receives one datagram; nothing when no name is known.</param>
    /// <param name="overflow">Called with each datagram that is full, before <paramref name="reply"/> is reused.</param>
    /// <param name="parked">Called with what a PV that has no server at this moment should be answered with later.</param>
    public void Answer(ReadOnlySpan<byte> datagram, ArrayBufferWriter<byte> reply, Action<ReadOnlyMemory<byte>> overflow, Action<string, byte[]> parked)
    {
        var sequence = (Valid: false, Number: 0u);
        while (datagram.Length >= CaHeader.Size)
        {
            CaMessage message;
            try
            {
                if (!CaMessage.TryRead(datagram, (uint)datagram.Length, out message))
                    return;
            }
            catch (CaProtocolException)
            {
                return;   // anybody may send anything to a UDP port
            }
            datagram = datagram[message.EncodedSize..];
            if (message.Command == CaCommand.Version)
                sequence = (true, message.Header.Parameter1);
            else if (message.Command == CaCommand.Search)
                AnswerOne(message, sequence, reply, overflow, parked);
        }
    }

    private void AnswerOne(in CaMessage message, (bool Valid, uint Number) sequence, ArrayBufferWriter<byte> reply, Action<ReadOnlyMemory<byte>> overflow, Action<string, byte[]> parked)
    {
        if (message.Payload.Length is <= 1 or > CaProtocol.MaxNameLength)
            return;
        var name = CaMessage.ReadText(message.Payload);
        var cid = message.Header.Parameter2;
        var location = host.Locate(name);
        switch (location.Where)
        {
            case CaWhere.Here or CaWhere.Beside:
                if (reply.WrittenCount + ReplySize > MaxDatagram)
                {
                    overflow(reply.WrittenMemory);
                    reply.ResetWrittenCount();
                }
                Write(reply, cid, sequence, location.Endpoint);
                break;
            case CaWhere.Pending:
                var alone = new ArrayBufferWriter<byte>(CaHeader.Size + ReplySize);
                Write(alone, cid, sequence, null);
                parked(name, alone.WrittenSpan.ToArray());
                break;
        }
    }

    private void Write(ArrayBufferWriter<byte> reply, uint cid, (bool Valid, uint Number) sequence, IPEndPoint? beside)
    {
        if (reply.WrittenCount == 0)
            CaWriter.SearchSequenceReply(reply, sequence.Number, sequence.Valid);
        CaWriter.SearchReply(reply, cid, beside is null ? host.AdvertisedPort : (ushort)beside.Port, host.AdvertisedAddress);
    }
}
