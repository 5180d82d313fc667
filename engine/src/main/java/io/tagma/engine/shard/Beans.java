package io.tagma.engine.shard;

import io.tagma.engine.Engine;
import io.tagma.engine.agent.AgentCell;
import io.tagma.engine.agent.AgentMeter;
import io.tagma.engine.agent.AgentRegistry;
import io.tagma.engine.agent.registry.SwitchableRegistry;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.kernel.DeviceLog;
import io.tagma.engine.observe.AgentMXBean;
import io.tagma.engine.observe.EngineMXBean;
import io.tagma.engine.observe.RegistryMXBean;
import io.tagma.engine.observe.RingMXBean;
import io.tagma.engine.observe.Station;
import io.tagma.engine.observe.StoreMXBean;
import io.tagma.engine.observe.ThreadsMXBean;
import io.tagma.ring.ElasticRunner;
import io.tagma.ring.FrameRing;
import io.tagma.store.TierLedger;
import io.tagma.store.TierLedger.Tier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The small MXBeans: each reads counters that any thread may read. Stateless factories. */
final class Beans {
    private static final double NS_PER_MICRO = 1e3;

    private Beans() {}

    /** The engine as a whole. */
    record EngineBean(Engine engine) implements EngineMXBean {
        @Override
        public String getName() {
            return engine.context().name();
        }

        @Override
        public String getDirectory() {
            return engine.context().directory().toString();
        }

        @Override
        public int getShards() {
            return engine.context().shards();
        }

        @Override
        public String getThreading() {
            return engine.context().threading().name();
        }

        @Override
        public String getKernel() {
            return engine.kernels().kernels().name();
        }

        @Override
        public String getKernelReason() {
            return engine.kernels().reason();
        }

        @Override
        public List<String> getKernelCalibration() {
            return engine.kernels().kernels().calibration();
        }

        @Override
        public long getGpuFailures() {
            final DeviceLog log = engine.kernels().kernels().deviceLog();
            return log == null ? 0 : log.count();
        }

        @Override
        public String getGpuLeft() {
            final DeviceLog log = engine.kernels().kernels().deviceLog();
            return log == null ? "" : log.left();
        }

        @Override
        public String getWarmUp() {
            return engine.warmUp().words();
        }

        @Override
        public List<String> getAgents() {
            return engine.registry().all().stream()
                    .map(AgentRegistry.Entry::descriptor)
                    .map(descriptor -> descriptor.name())
                    .toList();
        }

        @Override
        public List<String> getIntents() {
            return engine.context().intents().stream().map(IntentSpec::name).toList();
        }

        @Override
        public long getDecisions() {
            long sum = 0;
            for (int i = 0; i < getShards(); i++) {
                sum += engine.shard(i).counters().decisions.get();
            }
            return sum;
        }

        @Override
        public long getRejected() {
            return engine.rejected();
        }

        @Override
        public Map<String, String> getDegraded() {
            return engine.observers().givenUp();
        }

        @Override
        public Map<String, String> getFailures() {
            final Map<String, String> failures = new TreeMap<>();
            for (int i = 0; i < getShards(); i++) {
                final Throwable failure = engine.shard(i).failure();
                if (failure != null) {
                    failures.put("shard-" + i, failure.toString());
                }
            }
            return failures;
        }
    }

    /** The pool of threads that the shards share. */
    record ThreadsBean(ElasticRunner pool, int shards) implements ThreadsMXBean {
        @Override
        public int getThreads() {
            return pool.threads();
        }

        @Override
        public int getMaxThreads() {
            return pool.maxThreads();
        }

        @Override
        public double[] getBusyShares() {
            return pool.shares();
        }

        @Override
        public int[] getThreadOfShard() {
            return IntStream.range(0, shards).map(pool::threadOf).toArray();
        }

        @Override
        public long getMoves() {
            return pool.moves();
        }

        @Override
        public long getGrown() {
            return pool.grown();
        }

        @Override
        public long getShrunk() {
            return pool.shrunk();
        }
    }

    /** The registry. */
    record RegistryBean(SwitchableRegistry registry) implements RegistryMXBean {
        @Override
        public String getBackend() {
            return registry.kind();
        }

        @Override
        public String getPhase() {
            return registry.phase().name();
        }

        @Override
        public long getEntries() {
            return registry.statistics().entries();
        }

        @Override
        public long getCapacity() {
            return registry.statistics().capacity();
        }

        @Override
        public long getRegistered() {
            return registry.statistics().registered();
        }

        @Override
        public long getReplaced() {
            return registry.statistics().replaced();
        }

        @Override
        public long getRefused() {
            return registry.statistics().refused();
        }

        @Override
        public long getExpired() {
            return registry.statistics().expired();
        }
    }

    /** A ring. */
    record RingBean(FrameRing ring) implements RingMXBean {
        @Override
        public int getCapacity() {
            return ring.capacity();
        }

        @Override
        public long getBacklog() {
            return ring.backlog();
        }

        @Override
        public long getConsumed() {
            return ring.counters().consumed();
        }

        @Override
        public long getRejected() {
            return ring.counters().rejected();
        }

        @Override
        public long getTimedOut() {
            return ring.counters().timedOut();
        }

        @Override
        public long getDropped() {
            return ring.counters().dropped();
        }

        @Override
        public long getTooLong() {
            return ring.counters().tooLong();
        }
    }

    /** An agent. */
    record AgentBean(ShardView shard, int agent) implements AgentMXBean {
        /** The cell as it is now: a shard that was built anew has others. */
        AgentCell cell() {
            return shard.agents().get(agent);
        }

        private @Nullable AgentMeter meter() {
            return shard.probations().meter(agent);
        }

        @Override
        public boolean isSwitchedOff() {
            return cell().isOff();
        }

        @Override
        public boolean isOnProbation() {
            return cell().isSuspended();
        }

        @Override
        public long getMeasuredNs() {
            final AgentMeter meter = meter();
            return meter == null ? 0 : meter.ns();
        }

        @Override
        public long getMeasuredBytes() {
            final AgentMeter meter = meter();
            return meter == null ? 0 : meter.bytes();
        }

        @Override
        public int getAgentId() {
            return cell().agentId();
        }

        @Override
        public List<String> getCapabilities() {
            return List.copyOf(new TreeSet<>(cell().descriptor().capabilities()));
        }

        @Override
        public long getHandled() {
            return cell().handled();
        }

        @Override
        public long getFaults() {
            return cell().faults();
        }

        @Override
        public long getRestarts() {
            return cell().restarts();
        }

        @Override
        public String getLastFailure() {
            return Objects.toString(cell().lastFailure(), "");
        }
    }

    /** A shard's rows. */
    record StoreBean(ShardView shard, long maxRows) implements StoreMXBean {
        @Override
        public long getRows() {
            return shard.store().counters().rows();
        }

        @Override
        public long getMaxRows() {
            return maxRows;
        }

        @Override
        public long getRefused() {
            return shard.store().counters().refused();
        }

        @Override
        public long getHotRows() {
            return ledger().hotRows();
        }

        @Override
        public long getHotBytes() {
            return ledger().used(Tier.HOT);
        }

        @Override
        public long getHotBudgetBytes() {
            return ledger().budget(Tier.HOT);
        }

        @Override
        public long getHotDeviceBytes() {
            return ledger().used(Tier.HOT_DEVICE);
        }

        @Override
        public long getHotDeviceBudgetBytes() {
            return ledger().budget(Tier.HOT_DEVICE);
        }

        @Override
        public long getWarmRows() {
            return ledger().warmRows();
        }

        @Override
        public long getColdRows() {
            return ledger().coldRows();
        }

        @Override
        public long getWarmBytes() {
            return ledger().used(Tier.WARM);
        }

        @Override
        public long getWarmBudgetBytes() {
            return ledger().budget(Tier.WARM);
        }

        @Override
        public long getColdMemoryBytes() {
            return ledger().used(Tier.COLD_MEMORY);
        }

        @Override
        public long getColdMemoryBudgetBytes() {
            return ledger().budget(Tier.COLD_MEMORY);
        }

        @Override
        public long getColdFileBytes() {
            return ledger().used(Tier.COLD_FILES);
        }

        @Override
        public long getColdFileBudgetBytes() {
            return ledger().budget(Tier.COLD_FILES);
        }

        @Override
        public long getPromotions() {
            return ledger().promotions();
        }

        @Override
        public long getDemotions() {
            return ledger().demotions();
        }

        @Override
        public long getDamagedBlocks() {
            return ledger().damagedBlocks();
        }

        private TierLedger ledger() {
            return shard.store().ledger();
        }
    }

    /** A figure of every station's histogram, in microseconds, by station name; stations never passed are left out. */
    static Map<String, Double> micros(final EngineObservers observers, final ToDoubleFunction<Histogram> figure) {
        final Map<String, Double> figures = new TreeMap<>();
        for (final Station station : Station.values()) {
            final Histogram total = observers.total(station);
            if (total.getTotalCount() > 0) {
                figures.put(station.label(), figure.applyAsDouble(total) / NS_PER_MICRO);
            }
        }
        return figures;
    }
}
