package io.tagma.tools.fraud;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Terminals on a plane, bucketed into cells of the radius so that neighbours are found in a 3 x 3 block. Read only. */
final class TerminalGrid {
    private static final int MOST_CELLS_PER_SIDE = 1024;

    private final double[] x;
    private final double[] y;
    private final double radius;
    private final double cellSide;
    private final int cellsPerSide;
    private final int[] cellStart;
    private final int[] byCell;

    TerminalGrid(final FraudWorld world, final SplitMix64 random, final int stream) {
        final int count = world.terminals();
        radius = world.radius();
        cellsPerSide = Math.clamp((long) (world.gridSide() / radius), 1, MOST_CELLS_PER_SIDE);
        cellSide = world.gridSide() / cellsPerSide;
        x = new double[count];
        y = new double[count];
        random.reset(world.seed(), stream, 0);
        for (int i = 0; i < count; i++) {
            x[i] = random.nextDouble() * world.gridSide();
            y[i] = random.nextDouble() * world.gridSide();
        }
        cellStart = new int[cellsPerSide * cellsPerSide + 1];
        byCell = new int[count];
        bucket();
    }

    private void bucket() {
        for (int i = 0; i < x.length; i++) {
            cellStart[cellOf(i) + 1]++;
        }
        for (int c = 0; c < cellStart.length - 1; c++) {
            cellStart[c + 1] += cellStart[c];
        }
        final int[] fill = Arrays.copyOf(cellStart, cellStart.length);
        for (int i = 0; i < x.length; i++) {
            byCell[fill[cellOf(i)]++] = i;
        }
    }

    private int cellOf(final int terminal) {
        return index(y[terminal]) * cellsPerSide + index(x[terminal]);
    }

    private int index(final double coordinate) {
        return Math.min((int) (coordinate / cellSide), cellsPerSide - 1);
    }

    /**
     * Counts the terminals closer than the radius to a point and, where {@code into} is given, writes them from
     * {@code at}.
     */
    int near(final double px, final double py, final int @Nullable [] into, final int at) {
        int found = 0;
        for (int row = Math.max(index(py) - 1, 0); row <= Math.min(index(py) + 1, cellsPerSide - 1); row++) {
            for (int col = Math.max(index(px) - 1, 0); col <= Math.min(index(px) + 1, cellsPerSide - 1); col++) {
                final int cell = row * cellsPerSide + col;
                for (int i = cellStart[cell]; i < cellStart[cell + 1]; i++) {
                    if (isNear(byCell[i], px, py)) {
                        if (into != null) {
                            into[at + found] = byCell[i];
                        }
                        found++;
                    }
                }
            }
        }
        return found;
    }

    private boolean isNear(final int terminal, final double px, final double py) {
        final double dx = x[terminal] - px;
        final double dy = y[terminal] - py;
        return dx * dx + dy * dy < radius * radius;
    }
}
