namespace Freshet.Ingress.Batching;

/// <summary>Remembers that a server failed, so that requests do not each find out by waiting.</summary>
public sealed class Circuit(TimeSpan openFor, TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _closedAgainAt = DateTimeOffset.MinValue;
    private bool _isProbing;

    /// <summary>True while the server is believed to be away.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _closedAgainAt > DateTimeOffset.MinValue;
            }
        }
    }

    /// <summary>Whether to ask the server: always while all is well, and once per interval while it is away.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_closedAgainAt == DateTimeOffset.MinValue)
            {
                return true;
            }

            if (_isProbing || time.GetUtcNow() < _closedAgainAt)
            {
                return false;
            }

            _isProbing = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (_gate)
        {
            _closedAgainAt = DateTimeOffset.MinValue;
            _isProbing = false;
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            _closedAgainAt = time.GetUtcNow() + openFor;
            _isProbing = false;
        }
    }
}
