package io.tagma.perf.decision;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tagma.engine.kernel.FloatMath;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Apache Pekko, typed: one actor owns profiles, model and journal, and is told payments and outcomes as immutable messages from the harness's
 * thread.
 *
 * <p>One actor, since a payment concerns a card and a terminal and the one model learns from all of them in order: actors per
 * subject would cost two more messages a decision. What the actor holds is the plain variant's, so that what shows is what actors add.
 * Its dispatcher is tuned for throughput (up to 1,000 messages a turn), and the sender keeps at most {@value #WINDOW} messages under
 * way, since the mailbox is unbounded. A decision is acknowledged on the actor's thread: no message back, which favours it.
 */
final class PekkoDecider implements Decider {
    private static final String DISPATCHER = "decision-dispatcher";
    private static final int WINDOW = 16_384;
    private static final int LOOK_EVERY = 256;
    private static final long CHECK_NS = 20_000;
    private static final long TERMINATION_SECONDS = 20;

    private sealed interface Command permits Payment, Chargeback, Stop {}

    private record Payment(int number, long timeNs, long card, long terminal, float amount) implements Command {}

    private record Chargeback(int number, long dueNs, long terminal, boolean fraud) implements Command {}

    private record Stop() implements Command {}

    private final Payments payments;
    private final DecisionSink sink;
    private final ActorSystem<Command> system;
    private final AtomicLong handled = new AtomicLong();
    private int next;
    private int nextOutcome;
    private long told;

    PekkoDecider(final Payments payments, final Path directory, final DecisionSink sink, final boolean eachRecord) {
        this.payments = payments;
        this.sink = sink;
        system = ActorSystem.create(
                behavior(directory, eachRecord), "bench", config(), DispatcherSelector.fromConfig(DISPATCHER));
    }

    private static Config config() {
        return ConfigFactory.parseString("""
                pekko.loglevel = WARNING
                pekko.jvm-exit-on-fatal-error = off
                decision-dispatcher {
                  type = Dispatcher
                  executor = fork-join-executor
                  fork-join-executor { parallelism-min = 1, parallelism-max = 1 }
                  throughput = 1000
                }
                """).withFallback(ConfigFactory.load());
    }

    private Behavior<Command> behavior(final Path directory, final boolean eachRecord) {
        return Behaviors.setup(context -> {
            final PlainFraud fraud = new PlainFraud();
            final RecordFile journal = new RecordFile(directory, eachRecord);
            return Behaviors.receiveMessage(message -> switch (message) {
                case Payment payment -> decide(payment, fraud, journal);
                case Chargeback chargeback -> learn(chargeback, fraud, journal);
                case Stop stop -> {
                    journal.close();
                    yield Behaviors.stopped();
                }
            });
        });
    }

    private Behavior<Command> decide(final Payment payment, final PlainFraud fraud, final RecordFile journal) {
        final float logOdds =
                fraud.decide(payment.number, payment.timeNs, payment.card, payment.terminal, payment.amount);
        journal.decision(
                payment.number,
                payment.timeNs,
                payment.card,
                payment.terminal,
                payment.amount,
                FloatMath.sigmoid(logOdds));
        sink.decided(payment.number, logOdds);
        handled.lazySet(handled.getPlain() + 1);
        return Behaviors.same();
    }

    private Behavior<Command> learn(final Chargeback chargeback, final PlainFraud fraud, final RecordFile journal) {
        journal.outcome(chargeback.number, chargeback.dueNs, chargeback.terminal, chargeback.fraud);
        fraud.learn(chargeback.number, chargeback.dueNs, chargeback.terminal, chargeback.fraud);
        handled.lazySet(handled.getPlain() + 1);
        return Behaviors.same();
    }

    @Override
    public void run(final int to) {
        while (next < to) {
            tellDue(payments.timeNs(next));
            tellPayment(next++);
        }
        while (sink.decided() < to) {
            LockSupport.parkNanos(CHECK_NS);
        }
    }

    @Override
    public int start(final int first, final int ready) {
        tellDue(payments.timeNs(first));
        tellPayment(first);
        next = first + 1;
        if (next < payments.count()) {
            tellDue(payments.timeNs(next));
        }
        return 1;
    }

    private void tellPayment(final int i) {
        tell(new Payment(i, payments.timeNs(i), payments.card(i), payments.terminal(i), payments.amount(i)));
    }

    private void tellDue(final long nowNs) {
        while (nextOutcome < next && payments.outcomeNs(nextOutcome) <= nowNs) {
            final int i = nextOutcome++;
            tell(new Chargeback(i, payments.outcomeNs(i), payments.terminal(i), payments.fraud(i)));
        }
    }

    private void tell(final Command command) {
        if (++told % LOOK_EVERY == 0) {
            while (told - handled.get() > WINDOW) {
                LockSupport.parkNanos(CHECK_NS);
            }
        }
        system.tell(command);
    }

    @Override
    public void close() {
        system.tell(new Stop());
        try {
            system.getWhenTerminated().toCompletableFuture().get(TERMINATION_SECONDS, TimeUnit.SECONDS);
        } catch (final ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the actor system did not end", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the actor system ended", e);
        }
    }
}
