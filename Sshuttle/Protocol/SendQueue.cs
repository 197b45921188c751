using System;

namespace Sshuttle.Protocol;

/// <summary>
/// Whose turn it is to send: deficit round robin. Each item may send a quantum in its turn, and what it sends beyond that,
/// since frames are not cut, is taken off its next turns. An item that comes anew goes before all that had their
/// turn, but only for one quantum: so a sparse flow never waits for bulk, and cannot starve it. Nothing is allocated.
/// <code>
/// newcomers:  a b        one quantum each, then to the end of the others
/// others:     c d e      in turn
/// </code>
/// </summary>
/// <typeparam name="T">What takes turns.</typeparam>
public sealed class SendQueue<T>
    where T : class
{
    private List newcomers;
    private List others;
    private Slot? current;
    private int waiting;

    /// <summary>Bytes in one turn; at least 1.</summary>
    public int Quantum { get; set; } = DataFrameLimit.Shared;

    /// <summary>Whether anybody wants to send.</summary>
    public bool Any => waiting > 0;

    /// <summary>Says that an item has something to send; does nothing if that is known.</summary>
    public void Add(Slot slot)
    {
        if (slot.Waits)
        {
            return;
        }

        slot.Waits = true;
        waiting++;
        if (!slot.Listed)
        {
            slot.Listed = true;
            slot.Deficit = Quantum;
            newcomers.Append(slot);
        }
    }

    /// <summary>Whose turn it is; <see cref="Sent"/> must follow. Null if nobody wants to send.</summary>
    public T? Next()
    {
        if (waiting == 0)
        {
            return null;
        }

        while (true)
        {
            bool isNew = newcomers.First != null;
            Slot slot = (isNew ? newcomers.First : others.First)!;
            if (slot.Waits && slot.Deficit > 0)
            {
                current = slot;
                slot.Waits = false;
                waiting--;
                return slot.Owner;
            }

            (isNew ? ref newcomers : ref others).RemoveFirst();
            if (slot.Waits || isNew)
            {
                // A newcomer that has nothing more waits out a round too, or it could be new each time.
                slot.Deficit = Math.Min(slot.Deficit + Quantum, Quantum);
                others.Append(slot);
            }
            else
            {
                slot.Listed = false;
            }
        }
    }

    /// <summary>Ends the turn of the item that <see cref="Next"/> gave.</summary>
    /// <param name="bytes">What it sent.</param>
    /// <param name="more">Whether it could go on.</param>
    public void Sent(long bytes, bool more)
    {
        if (current is Slot slot)
        {
            slot.Deficit -= bytes;
            current = null;
            if (more)
            {
                Add(slot);
            }
        }
    }

    /// <summary>An item's place in the queue, which it keeps for as long as it lives.</summary>
    /// <param name="owner">The item.</param>
    public sealed class Slot(T owner)
    {
        internal T Owner => owner;

        internal Slot? Behind { get; set; }

        internal long Deficit { get; set; }

        internal bool Waits { get; set; }

        internal bool Listed { get; set; }
    }

    private struct List
    {
        private Slot? last;

        public Slot? First { get; private set; }

        public void Append(Slot slot)
        {
            if (First == null)
            {
                First = slot;
            }
            else
            {
                last!.Behind = slot;
            }

            last = slot;
            slot.Behind = null;
        }

        public void RemoveFirst()
        {
            Slot first = First!;
            First = first.Behind;
            first.Behind = null;
        }
    }
}
