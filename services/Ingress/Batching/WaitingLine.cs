namespace Freshet.Ingress.Batching;

/// <summary>The requests that wait for their commit: bounded in number and bytes, in the order in which they came. One reader.</summary>
internal sealed class WaitingLine(BatchingOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<Submission> _line = new();
    private TaskCompletionSource _enough = new();
    private int _wanted;
    private int _inHouse;
    private int _crowd;
    private long _bytes;
    private bool _isClosed;

    /// <summary>How many requests were in the house at a time lately, waiting or in a commit.</summary>
    public int Crowd
    {
        get
        {
            lock (_gate)
            {
                return _crowd;
            }
        }
    }

    /// <summary>False if too many wait, or nobody takes any more: an answer to the sender, never a wait of ours.</summary>
    public bool TryJoin(Submission submission)
    {
        lock (_gate)
        {
            if (_isClosed || _line.Count >= options.MaxWaitingRequests || _bytes + submission.Bytes > options.MaxWaitingBytes)
            {
                return false;
            }

            _line.Enqueue(submission);
            _bytes += submission.Bytes;
            _crowd = Math.Max(_crowd, ++_inHouse);
            CallIfEnough();
            return true;
        }
    }

    /// <summary>Completes when somebody waits; false once the line is closed and empty.</summary>
    public async Task<bool> AnyoneAsync()
    {
        await ReachesAsync(1);
        lock (_gate)
        {
            return _line.Count > 0;
        }
    }

    /// <summary>Completes when so many wait, or when the line is closed.</summary>
    public Task ReachesAsync(int wanted)
    {
        lock (_gate)
        {
            // The caller goes on elsewhere: the thread that brought the last request has an answer of its own to wait for.
            _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _wanted = wanted;
            CallIfEnough();
            return _enough.Task;
        }
    }

    /// <summary>The first in line, as many as one commit may hold, but at least one.</summary>
    public List<Submission> Take()
    {
        lock (_gate)
        {
            var taken = new List<Submission>(_line.Count);
            var events = 0;
            while (_line.TryPeek(out var next) && (taken.Count == 0 || events + next.Events.Count <= options.MaxEvents))
            {
                taken.Add(_line.Dequeue());
                events += next.Events.Count;
            }

            _crowd = Batching.Crowd.Remember(_crowd, _inHouse);
            return taken;
        }
    }

    /// <summary>Their commit has ended.</summary>
    public void Leave(List<Submission> submissions)
    {
        lock (_gate)
        {
            _inHouse -= submissions.Count;
            foreach (var submission in submissions)
            {
                _bytes -= submission.Bytes;
            }
        }
    }

    /// <summary>Nobody may join any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            CallIfEnough();
        }
    }

    private void CallIfEnough()
    {
        if (_isClosed || (_wanted > 0 && _line.Count >= _wanted))
        {
            _enough.TrySetResult();
        }
    }
}
