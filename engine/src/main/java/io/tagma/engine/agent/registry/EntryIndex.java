package io.tagma.engine.agent.registry;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which entries of a partition have a capability or a pair of metadata. Written by the partition's writer, read by any thread: an entry that comes
 * or goes during a search may be in its result or not.
 */
final class EntryIndex {
    private final Map<Term, Set<Posting>> postings = new ConcurrentHashMap<>();

    /** What entries are found by; the key of a capability is null. */
    private record Term(
            String namespace,
            @org.jspecify.annotations.Nullable String key,
            String value) {}

    /** An entry, told from others by its revision, which no other of the partition has: an older version is another. */
    private record Posting(RegistryEntry entry) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof Posting that && that.entry.revision() == entry.revision();
        }

        @Override
        public int hashCode() {
            return entry.hash();
        }
    }

    void add(final RegistryEntry entry) {
        final Posting posting = new Posting(entry);
        for (final String capability : entry.descriptor().capabilities()) {
            add(new Term(entry.namespace(), null, capability), posting);
        }
        entry.descriptor().metadata().forEach((key, value) -> add(new Term(entry.namespace(), key, value), posting));
    }

    void remove(final RegistryEntry entry) {
        final Posting posting = new Posting(entry);
        for (final String capability : entry.descriptor().capabilities()) {
            remove(new Term(entry.namespace(), null, capability), posting);
        }
        entry.descriptor().metadata().forEach((key, value) -> remove(new Term(entry.namespace(), key, value), posting));
    }

    private void add(final Term term, final Posting posting) {
        final Set<Posting> set = postings.get(term);
        (set != null ? set : postings.computeIfAbsent(term, key -> ConcurrentHashMap.newKeySet())).add(posting);
    }

    private void remove(final Term term, final Posting posting) {
        final Set<Posting> set = postings.get(term);
        if (set != null && set.remove(posting) && set.isEmpty()) {
            postings.remove(term);
        }
    }

    void capable(final String namespace, final String capability, final Collection<RegistryEntry> into) {
        for (final Posting posting : postings.getOrDefault(new Term(namespace, null, capability), Set.of())) {
            into.add(posting.entry);
        }
    }

    /** The entries with all pairs, of which there is at least one: those of the rarest are looked through. */
    void find(final String namespace, final Map<String, String> wanted, final Collection<RegistryEntry> into) {
        Set<Posting> rarest = null;
        for (final Map.Entry<String, String> pair : wanted.entrySet()) {
            final Set<Posting> set =
                    postings.getOrDefault(new Term(namespace, pair.getKey(), pair.getValue()), Set.of());
            if (rarest == null || set.size() < rarest.size()) {
                rarest = set;
            }
        }
        if (rarest == null) {
            return;
        }
        for (final Posting posting : rarest) {
            if (posting.entry.descriptor().metadata().entrySet().containsAll(wanted.entrySet())) {
                into.add(posting.entry);
            }
        }
    }
}
