namespace Straightwire.Protocols.Http.Answer;

/// <summary>What a handler makes of a request: an answer, or that it cannot say yet.</summary>
internal readonly ref struct HttpDecision
{
    /// <summary>The answer; nothing where <see cref="IsLater"/> holds.</summary>
    public readonly HttpAnswer Answer;

    private HttpDecision(scoped in HttpAnswer answer) => Answer = answer;

    private HttpDecision(long ticket) => (IsLater, Ticket) = (true, ticket);

    /// <summary>
    /// Whether the request is to be shown again, once what it waits for has come; by then, or when it has
    /// waited for too long, it is decided.
    /// </summary>
    public bool IsLater { get; }

    /// <summary>What is waited for: the service knows by it when it has come.</summary>
    public long Ticket { get; }

    /// <summary>The request is answered with this.</summary>
    public static HttpDecision Of(scoped in HttpAnswer answer) => new(answer);

    /// <summary>It has to wait for what the ticket stands for.</summary>
    public static HttpDecision Later(long ticket) => new(ticket);
}
