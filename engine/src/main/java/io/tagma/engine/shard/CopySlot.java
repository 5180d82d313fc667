package io.tagma.engine.shard;

import io.tagma.engine.EngineContext;
import io.tagma.engine.observe.CopyMXBean;
import io.tagma.store.StoreDirectory;
import io.tagma.store.copy.CopyShipper;
import io.tagma.store.copy.CopyStatus;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * What ships to an engine's copies, over all its lives: one that failed is closed and another begins where the copies end. Made by the
 * launching thread; {@link #fresh} is its stage's thread's, {@link #close} is for when that has ended, {@link #bean} for any.
 */
final class CopySlot {
    private final EngineContext context;
    private final StoreDirectory directory;
    private volatile CopyShipper current;
    private boolean lived;

    /** Opens the copies, so that a launch fails where they cannot be. */
    CopySlot(final EngineContext context, final StoreDirectory directory) {
        this.context = context;
        this.directory = directory;
        this.current = open();
    }

    private CopyShipper open() {
        return CopyShipper.open(directory.root(), context.copyTo(), context.epochClock());
    }

    /** The stage for the next life. */
    Agent fresh() {
        if (lived) {
            current.close();
            current = open();
        }
        lived = true;
        return new CopyStage(current);
    }

    /** Ships what is left and ends. */
    void close() {
        new CopyStage(current).onClose();
    }

    /** How each copy is. */
    List<CopyStatus> status() {
        return current.status();
    }

    /** One copy over JMX. */
    CopyMXBean bean(final int copy) {
        return new Bean(this, copy);
    }

    private record Bean(CopySlot slot, int copy) implements CopyMXBean {
        private CopyStatus status() {
            return slot.current.status().get(copy);
        }

        @Override
        public String getRoot() {
            return status().root().toString();
        }

        @Override
        public boolean isOk() {
            return status().ok();
        }

        @Override
        public long getLagBytes() {
            return status().lagBytes();
        }

        @Override
        public long getLagMs() {
            return status().lagMs();
        }

        @Override
        public long getShippedBytes() {
            return status().shippedBytes();
        }

        @Override
        public long getFailures() {
            return status().failures();
        }

        @Override
        public String getLastFailure() {
            return status().lastFailure();
        }
    }
}
