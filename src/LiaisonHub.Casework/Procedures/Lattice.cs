namespace LiaisonHub.Casework.Procedures;

/// <summary>Points a unit apart on which the lines of a drawing run, straight across and straight down: around boxes, and beside each other.</summary>
/// <remarks>A line is the cheapest way from the edge of one box to the edge of another. What costs: length, a bend, to cross another line. To run on another line costs so much that it happens only
/// where there is no other way.</remarks>
sealed class Lattice(int width, int height, int boxWidth, int boxHeight)
{
    const int Bend = 4;
    const int Crossing = 5;
    const int Touching = 30;
    const int Overlap = 200;

    static readonly (int X, int Y)[] Directions = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    readonly bool[] inABox = new bool[width * height];
    readonly int[] across = new int[width * height];
    readonly int[] down = new int[width * height];
    readonly bool[] taken = new bool[width * height];
    readonly int[] cost = new int[width * height * 4];
    readonly int[] before = new int[width * height * 4];

    /// <summary>Nothing runs through a box.</summary>
    public void Block((int X, int Y) box)
    {
        for (var x = box.X; x <= box.X + boxWidth; x++)
            for (var y = box.Y; y <= box.Y + boxHeight; y++)
                inABox[At(x, y)] = true;
    }

    /// <summary>Draws a line from one box to another and returns its corners, with both ends.</summary>
    public IReadOnlyList<(int X, int Y)> Line((int X, int Y) from, (int X, int Y) to)
    {
        Array.Fill(cost, int.MaxValue);
        var open = new PriorityQueue<int, int>();
        foreach (var (x, y, direction, away) in Edge(from))
        {
            var first = State(x + Directions[direction].X, y + Directions[direction].Y, direction);
            if (inABox[first / 4])
                continue;
            cost[first] = Step(At(x, y), first / 4, direction, direction) + away;
            before[first] = -1 - At(x, y);
            open.Enqueue(first, cost[first]);
        }
        var ends = Edge(to).ToDictionary(e => (At(e.X, e.Y), (e.Direction + 2) % 4), e => e.Away);
        var (best, bestCost, end) = (-1, int.MaxValue, 0);
        while (open.TryDequeue(out var state, out var known) && known < bestCost)
        {
            if (known > cost[state])
                continue;
            var (point, direction) = (state / 4, state % 4);
            for (var next = 0; next < 4; next++)
            {
                if (next == (direction + 2) % 4)
                    continue;
                var (x, y) = (point % width + Directions[next].X, point / width + Directions[next].Y);
                if (x < 1 || y < 1 || x >= width - 1 || y >= height - 1)
                    continue;
                var total = known + Step(point, At(x, y), direction, next);
                if (ends.TryGetValue((At(x, y), next), out var away) && total + away < bestCost)
                    (best, bestCost, end) = (state, total + away, At(x, y));
                var reached = State(x, y, next);
                if (inABox[At(x, y)] || total >= cost[reached])
                    continue;
                (cost[reached], before[reached]) = (total, state);
                open.Enqueue(reached, total);
            }
        }
        return best < 0 ? [] : Keep(best, end);
    }

    // The edge of a box without its corners: the direction that leaves it there, and what it costs to leave beside the middle, or where another line does.
    IEnumerable<(int X, int Y, int Direction, int Away)> Edge((int X, int Y) box)
    {
        for (var y = box.Y + 1; y < box.Y + boxHeight; y++)
        {
            var away = Math.Abs(2 * (y - box.Y) - boxHeight) / 2;
            yield return (box.X + boxWidth, y, 0, away + Taken(box.X + boxWidth, y));
            yield return (box.X, y, 2, away + Taken(box.X, y));
        }
        for (var x = box.X + 1; x < box.X + boxWidth; x++)
        {
            var away = Math.Abs(2 * (x - box.X) - boxWidth) / 4;
            yield return (x, box.Y + boxHeight, 1, away + Taken(x, box.Y + boxHeight));
            yield return (x, box.Y, 3, away + Taken(x, box.Y));
        }
    }

    int Taken(int x, int y) => taken[At(x, y)] ? Overlap : 0;

    int Step(int from, int to, int direction, int next)
    {
        var lies = next % 2 == 0 ? across : down;
        var stands = next % 2 == 0 ? down : across;
        var step = 1 + (direction == next ? 0 : Bend);
        // Both ends of this step on one other line: it runs along that line.
        if (lies[from] > 0 && lies[to] > 0)
            step += Overlap;
        if (lies[to] > 0 && lies[from] == 0 || direction != next && (across[from] > 0 || down[from] > 0))
            step += Touching;
        return stands[to] > 0 ? step + Crossing : step;
    }

    List<(int X, int Y)> Keep(int state, int end)
    {
        var points = new List<int> { end };
        for (; state >= 0; state = before[state])
        {
            points.Insert(0, state / 4);
            if (before[state] < 0)
                points.Insert(0, -1 - before[state]);
        }
        (taken[points[0]], taken[end]) = (true, true);
        for (var i = 1; i < points.Count; i++)
        {
            var along = points[i] / width == points[i - 1] / width ? across : down;
            along[points[i]]++;
            along[points[i - 1]]++;
        }
        var corners = new List<(int X, int Y)>();
        for (var i = 0; i < points.Count; i++)
            if (i == 0 || i == points.Count - 1 || points[i] - points[i - 1] != points[i + 1] - points[i])
                corners.Add((points[i] % width, points[i] / width));
        return corners;
    }

    int At(int x, int y) => y * width + x;

    int State(int x, int y, int direction) => At(x, y) * 4 + direction;
}
