package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Supervisors with real threads; nothing sleeps, every wait is for news. */
@Timeout(20)
class SupervisorTest {
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(10);

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ExecutorService root = Executors.newThreadPerTaskExecutor(this::thread);
    private final StopSignal stop = new StopSignal();

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        stop.request();
        root.shutdown();
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void startsInOrderStopsInReverseAndTheTreeHoldsEveryThread() throws InterruptedException {
        final Supervisor inner =
                builder("inner").child(worker("x"), () -> waits("x")).build(clock(), this::thread);
        final Supervisor outer = builder("outer")
                .child(worker("a"), () -> waits("a"))
                .child(new ChildSpec("inner", Restart.PERMANENT, true, LONG_NS), () -> inner)
                .child(worker("b"), () -> waits("b"))
                .build(clock(), this::thread);
        launch(outer);
        heard("+a", "+x", "+b", "up");

        final Set<String> alive =
                threads.stream().filter(Thread::isAlive).map(Thread::getName).collect(Collectors.toSet());
        alive.remove("root");
        assertThat(names(outer.tree())).isEqualTo(alive);
        assertThat(outer.tree().get(1).strategy()).isEqualTo("ONE_FOR_ONE");
        stop.request();
        heard("-b", "-x", "-a", "down");
    }

    @Test
    void aChildThatThrowsIsMadeAnewAndItsFailureIsShown() throws InterruptedException {
        final AtomicInteger made = new AtomicInteger();
        final Supervisor supervisor = builder("s")
                .child(worker("a"), () -> made.incrementAndGet() == 1 ? throwing("a") : waits("a"))
                .build(clock(), this::thread);
        launch(supervisor);
        heard("+a", "up", "+a");
        assertThat(supervisor.terminate("none").join()).isEqualTo(Reply.NOT_FOUND); // and so the start is known
        assertThat(supervisor.tree().getFirst().restarts()).isEqualTo(1);
        assertThat(supervisor.tree().getFirst().lastFailure()).contains("a throws");
        assertThat(supervisor.tree().getFirst().text(clock().nanoTime())).contains("restarts 1", "thread s/a");
    }

    @Test
    void aNestedSupervisorThatGivesUpIsRestartedByItsOwn() throws InterruptedException {
        final AtomicInteger made = new AtomicInteger();
        final Supervisor outer = builder("outer")
                .child(
                        new ChildSpec("inner", Restart.PERMANENT, true, LONG_NS),
                        () -> builder("inner")
                                .child(worker("x"), () -> made.incrementAndGet() <= 2 ? throwing("x") : waits("x"))
                                .build(clock(), this::thread))
                .build(clock(), this::thread);
        launch(outer);
        // The inner one lets one restart through, gives up at the second failure, and is made anew.
        heard("+x", "up", "+x", "+x");
        outer.terminate("none").join();
        assertThat(outer.tree().getFirst().restarts()).isEqualTo(1);
    }

    @Test
    void aSupervisorThatGivesUpSaysSo() throws InterruptedException {
        final Supervisor supervisor =
                builder("s").child(worker("a"), () -> throwing("a")).build(clock(), this::thread);
        launch(supervisor);
        heard("+a", "up", "+a", "gave up");
        assertThat(supervisor.terminate("a").join()).isEqualTo(Reply.SHUTTING_DOWN);
    }

    @Test
    void aSupervisorDiesWithItsChildren() throws InterruptedException {
        final Supervisor supervisor = builder("s")
                .child(worker("a"), () -> waits("a"))
                .child(worker("b"), () -> waits("b"))
                .build(clock(), this::thread);
        launch(supervisor);
        heard("+a", "+b", "up");
        threads.stream().filter(t -> t.getName().equals("root")).forEach(Thread::interrupt);
        final List<String> last = new ArrayList<>();
        Collections.addAll(last, news.take(), news.take(), news.take());
        assertThat(last).containsExactlyInAnyOrder("-a", "-b", "died");
        assertThat(last).last().isEqualTo("died"); // after its children
    }

    @Test
    void aChildThatIgnoresEverythingIsAbandonedAndStillShown() throws InterruptedException {
        final CountDownLatch release = new CountDownLatch(1);
        final Supervisor supervisor = builder("s")
                .child(new ChildSpec("deaf", Restart.PERMANENT, false, SOON_NS), () -> signal -> {
                    news.add("+deaf");
                    while (release.getCount() > 0) {
                        Thread.interrupted();
                        Thread.onSpinWait();
                    }
                })
                .build(clock(), this::thread);
        launch(supervisor);
        heard("up", "+deaf");
        assertThat(supervisor.terminate("deaf").join()).isEqualTo(Reply.OK);
        assertThat(supervisor.terminate("none").join()).isEqualTo(Reply.NOT_FOUND);
        assertThat(supervisor.tree())
                .anyMatch(
                        node -> node.kind().equals("abandoned") && node.thread().equals("s/deaf"));
        release.countDown();
    }

    @Test
    void aChildIsAddedUnderANameThatWasAnothers() throws InterruptedException {
        final Supervisor supervisor = builder("s").build(clock(), this::thread);
        launch(supervisor);
        heard("up");
        assertThat(supervisor.add(worker("a"), () -> waits("first")).join()).isEqualTo(Reply.OK);
        assertThat(supervisor.add(worker("a"), () -> waits("other")).join()).isEqualTo(Reply.ALREADY_PRESENT);
        assertThat(supervisor.delete("a").join()).isEqualTo(Reply.RUNNING);
        assertThat(supervisor.terminate("a").join()).isEqualTo(Reply.OK);
        assertThat(supervisor.delete("a").join()).isEqualTo(Reply.OK);
        assertThat(supervisor.add(worker("a"), () -> waits("second")).join()).isEqualTo(Reply.OK);
        heard("+first", "-first", "+second");
    }

    private static SupervisorBuilder builder(final String name) {
        return new SupervisorBuilder(name);
    }

    private static ChildSpec worker(final String id) {
        return new ChildSpec(id, Restart.PERMANENT, false, LONG_NS);
    }

    private static SystemNanoClock clock() {
        return SystemNanoClock.INSTANCE;
    }

    private Thread thread(final Runnable task) {
        final Thread thread = Thread.ofPlatform().name("root").daemon(true).unstarted(task);
        threads.add(thread);
        return thread;
    }

    private void launch(final Supervisor supervisor) {
        root.execute(() -> {
            try {
                if (supervisor.start(stop)) {
                    news.add("up");
                    supervisor.run(stop);
                    news.add("down");
                }
            } catch (final ShutdownException e) {
                news.add("gave up");
            } catch (final Exception e) {
                news.add("died");
            }
        });
    }

    /** The next news, in this order but for "up", which the root says while its children may already speak. */
    private void heard(final String... expected) throws InterruptedException {
        final List<String> next = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
            next.add(news.take());
        }
        final List<String> wanted = new ArrayList<>(List.of(expected));
        assertThat(next.contains("up")).isEqualTo(wanted.contains("up"));
        next.remove("up");
        wanted.remove("up");
        assertThat(next).isEqualTo(wanted);
    }

    private static Set<String> names(final List<TreeNode> nodes) {
        final Set<String> names = ConcurrentHashMap.newKeySet();
        for (final TreeNode node : nodes) {
            names.add(node.thread());
            names.addAll(names(node.children()));
        }
        return names;
    }

    /** Says when it starts and, once stopped or interrupted, when it ends. */
    private Child waits(final String name) {
        return new Child() {
            private final CountDownLatch end = new CountDownLatch(1);

            @Override
            public boolean start(final StopSignal signal) {
                signal.onStop(end::countDown);
                news.add('+' + name);
                return true;
            }

            @Override
            public void run(final StopSignal signal) throws InterruptedException {
                try {
                    end.await();
                } finally {
                    news.add('-' + name);
                }
            }
        };
    }

    private Child throwing(final String name) {
        return signal -> {
            news.add('+' + name);
            throw new IllegalStateException(name + " throws");
        };
    }
}
