package io.tagma.tools.desk;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Simulated users with habits: each asks for a few intents of its own and now and then for anything. Immutable once made;
 * who says a thing is drawn with a stream of its own, so the same seed gives the same speakers.
 */
final class DeskUsers {
    private static final int FAVOURITES = 6;
    private static final double LOYALTY = 0.9;

    private final int users;
    private final List<List<Integer>> fans = new ArrayList<>();
    private final SplittableRandom random;

    DeskUsers(final int users, final int intents, final long seed) {
        this.users = users;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < intents; i++) {
            fans.add(new ArrayList<>());
        }
        for (int user = 0; user < users; user++) {
            for (int i = 0; i < FAVOURITES; i++) {
                fans.get(random.nextInt(intents)).add(user);
            }
        }
    }

    /** Who asks for this intent: mostly somebody whose habit it is, else anybody. */
    int speaker(final int intent) {
        final List<Integer> loyal = fans.get(intent);
        if (!loyal.isEmpty() && random.nextDouble() < LOYALTY) {
            return loyal.get(random.nextInt(loyal.size()));
        }
        return random.nextInt(users);
    }
}
