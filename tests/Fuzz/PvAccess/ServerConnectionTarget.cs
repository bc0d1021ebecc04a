using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>A server connection in each of its states (first byte), and then anything: it takes it or closes with a reason, holds bounded state, answers in whole messages, and cuts change nothing.</summary>
public static class ServerConnectionTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        var state = data[0] % PvaConversation.Steps;
        var whole = Play(state, data[1..], int.MaxValue);
        if (!whole.SequenceEqual(Play(state, data[1..], 1 + data.Length % 7)))
            throw new InvalidOperationException("cuts change the events");
    }

    private static List<string> Play(int state, ReadOnlySpan<byte> data, int cut)
    {
        using var conversation = new PvaConversation();
        conversation.AdvanceTo(state);
        var server = conversation.Server;
        server.Output.Clear();
        try
        {
            while (!data.IsEmpty)
            {
                var count = Math.Min(cut, data.Length);
                server.Receive(data[..count]);
                data = data[count..];
            }
        }
        catch (ProtocolException problem)
        {
            if (string.IsNullOrWhiteSpace(problem.Message))
                throw new InvalidOperationException("closed without a reason");
            conversation.Events.Add("closed");
        }
        if (server.ChannelCount > 64 || server.OperationCount > 64)
            throw new InvalidOperationException($"{server.ChannelCount} channels, {server.OperationCount} requests");
        CheckAnswers(server.Output.Written, conversation.Events);
        return conversation.Events;
    }

    internal static void CheckAnswers(ReadOnlySpan<byte> written, List<string> events)
    {
        using var answers = new MessageAssembler();
        answers.Append(written);
        while (answers.TryRead(out var header, out var payload))
            events.Add($"> {header.Command} {payload.Length}");
        if (answers.Pending != 0)
            throw new InvalidOperationException("half a message was written");
    }
}
