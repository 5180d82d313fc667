package io.tagma.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The table of modules and packages, held against the bytecode. */
class ArchitectureTest {
    private static final String[] STATIONS = {
        "io.tagma.engine.ingest..",
        "io.tagma.engine.intent..",
        "io.tagma.engine.agent..",
        "io.tagma.engine.market..",
        "io.tagma.engine.council..",
        "io.tagma.engine.profile..",
        "io.tagma.engine.kernel..",
        "io.tagma.engine.model..",
        "io.tagma.engine.training..",
        "io.tagma.engine.resilience..",
        "io.tagma.engine.supervise..",
        "io.tagma.engine.observe.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tagma");

    @Test
    void stationsKnowNeitherTheShardNorTheEngine() {
        check(noClasses()
                .that()
                .resideInAnyPackage(STATIONS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tagma.engine.shard..")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.tagma.engine"));
    }

    /** Who works at a station is known to the shard alone; neighbours know what passes between them. */
    @Test
    void onlyTheShardSeesTheStationsWorkers() {
        final String[] workers = {
            ".*\\.RowStation",
            ".*\\.OutcomeStation",
            ".*\\.PendingDecisions",
            ".*\\.SealedBidAuction",
            ".*\\.CandidateIndex",
            ".*\\.AuditStage",
            ".*\\.HistogramLog"
        };
        for (final String worker : workers) {
            check(classes()
                    .that()
                    .haveNameMatching(worker)
                    .should()
                    .onlyHaveDependentClassesThat(DescribedPredicate.describe(
                            "are of its own package or of the shard", (JavaClass user) -> {
                                final String home = user.getPackageName();
                                return home.equals("io.tagma.engine.shard")
                                        || CLASSES.stream()
                                                .anyMatch(c -> c.getName().matches(worker)
                                                        && c.getPackageName().equals(home));
                            })));
        }
    }

    @Test
    void theEngineIsUsedByNoLowerModuleAndUsesNoHigherOne() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tagma.ring..", "io.tagma.store..", "io.tagma.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tagma.engine.."));
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tagma.tools..", "io.tagma.perf.."));
    }

    @Test
    void lowerModulesDoNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma.ring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tagma.store..", "io.tagma.cuda.."));
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tagma.ring..", "io.tagma.cuda.."));
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma.cuda..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.tagma.ring..", "io.tagma.store.."));
    }

    @Test
    void chronicleStaysInTheStore() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.tagma.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.openhft.."));
    }

    @Test
    void theDisruptorStaysInTheRings() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.tagma.ring..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.lmax.."));
    }

    @Test
    void stationsOtherThanTheKernelsDoNotKnowTheGpu() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tagma.engine..")
                .and()
                .resideOutsideOfPackage("io.tagma.engine.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tagma.cuda.."));
    }

    @Test
    void ringsHaveNoDomainWord() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma.ring..")
                .should()
                .haveNameMatching(".*(Decision|Intent|Subject|Profile|Bid|Vote|Ballot|Event|Outcome|Shard|Journal).*"));
    }

    @Test
    void nobodyPrints() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.tagma.engine..", "io.tagma.ring..", "io.tagma.store..", "io.tagma.cuda..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void nobodyDeserialises() {
        check(noClasses()
                .that()
                .resideInAPackage("io.tagma..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream"));
    }

    private static void check(final ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
