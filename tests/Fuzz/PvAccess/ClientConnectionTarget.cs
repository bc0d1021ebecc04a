using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>A client connection in each of its states (first byte), its next requests just sent, and then anything from the server.</summary>
public static class ClientConnectionTarget
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
        conversation.Act(state);
        var client = conversation.Client;
        client.Output.Clear();
        try
        {
            while (!data.IsEmpty)
            {
                var count = Math.Min(cut, data.Length);
                client.Receive(data[..count]);
                data = data[count..];
            }
        }
        catch (ProtocolException problem)
        {
            if (string.IsNullOrWhiteSpace(problem.Message))
                throw new InvalidOperationException("closed without a reason");
            conversation.Events.Add("closed");
        }
        if (client.OperationCount > 64)
            throw new InvalidOperationException($"{client.OperationCount} requests");
        ServerConnectionTarget.CheckAnswers(client.Output.Written, conversation.Events);
        return conversation.Events;
    }
}
