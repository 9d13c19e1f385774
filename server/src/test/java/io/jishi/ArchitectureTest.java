package io.jishi;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.jishi.core.Uses;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server's parts depend on one another as docs/ARCHITECTURE.md says, and every rule of it bites. */
class ArchitectureTest {
    private static final String ROOT = "io.jishi";
    private static final String VIOLATIONS = "io.jishi.violations";
    private static final JavaClasses SERVER = new ClassFileImporter()
            .importLocations(Set.of(
                    Location.of(Main.class.getProtectionDomain().getCodeSource().getLocation())));
    private static final JavaClasses BROKEN =
            new ClassFileImporter().importPackages(VIOLATIONS, Uses.class.getPackageName());
    private static final Map<String, ArchRule> RULES = Architecture.rules(ROOT);

    static Stream<String> names() {
        return RULES.keySet().stream();
    }

    @ParameterizedTest(name = "[AR1] {0}")
    @MethodSource("names")
    @DisplayName("[AR1] the server keeps its architecture")
    void holds(String name) {
        EvaluationResult result = RULES.get(name).evaluate(SERVER);
        assertThat(result.getFailureReport().getDetails()).isEmpty();
    }

    @ParameterizedTest(name = "[AR2] {0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "core depends on the JDK and two libraries of annotations alone | core.KnowsDatabase",
                "core depends on the JDK and two libraries of annotations alone | core.KnowsVertx",
                "realtime depends on core | realtime.KnowsCatalog",
                "database depends on core | database.KnowsRealtime",
                "cluster depends on realtime and core | cluster.KnowsDatabase",
                "capabilities use the kernel and the capabilities that their package-info names | orders.UsesCatalogUnnamed",
                "capabilities use the kernel and the capabilities that their package-info names | orders.UsesCluster",
                "capabilities use the kernel and the capabilities that their package-info names | orders.UsesWiring",
                "no part depends on itself through others | catalog",
                "bots and launcher use nothing of the server | bots.KnowsOrders",
                "nothing depends on the edge but the wiring | orders.UsesEdge",
                "nothing depends on the wiring | orders.UsesWiring",
                "Hazelcast is known to cluster alone | orders.KnowsHazelcast",
                "SQL client types stay in database and stores; a transaction's handle may pass through | orders.ReadsRows",
                "nothing but stores and database calls a transaction's handle | orders.CallsHandle",
                "sockets stay in the edge | orders.OpensSocket",
                "nothing on an event loop waits | orders.Waits",
                "capabilities are given time and randomness | orders.LooksAtClock",
                "stores are nobody else's business | orders.PublicStore",
                "packages and classes are named by what they are about | util.Things",
                "packages and classes are named by what they are about | orders.ThingImpl"
            })
    @DisplayName("[AR2] every rule of the architecture is broken by a class that breaks it on purpose")
    void bites(String name, String breaker) {
        EvaluationResult result = Architecture.rules(VIOLATIONS).get(name).evaluate(BROKEN);
        assertThat(String.join("\n", result.getFailureReport().getDetails())).contains(breaker);
    }

    @Test
    @DisplayName("[AR2] what passes a transaction's handle on, or is a store, breaks no rule")
    void doesNotBiteTooMuch() {
        Architecture.rules(VIOLATIONS).forEach((name, rule) -> {
            String report =
                    String.join("\n", rule.evaluate(BROKEN).getFailureReport().getDetails());
            assertThat(report).as(name).doesNotContain("PassesHandle").doesNotContain("ProperStore");
        });
    }

    @Test
    @DisplayName("[AR2] every rule has a class that breaks it")
    void everyRuleBites() throws Exception {
        CsvSource cases = ArchitectureTest.class
                .getDeclaredMethod("bites", String.class, String.class)
                .getAnnotation(CsvSource.class);
        Set<String> broken =
                Stream.of(cases.value()).map(line -> line.split(" \\| ")[0]).collect(Collectors.toSet());
        assertThat(broken).isEqualTo(RULES.keySet());
    }

    @Test
    @DisplayName("[AR3] a capability names each capability that it uses at its package, and none that it does not")
    void namedIsUsed() {
        for (JavaPackage part : SERVER.getPackage(ROOT).getSubpackages()) {
            Set<String> used = new TreeSet<>();
            part.getClassDependenciesFromThisPackageTree().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> isCapability(target.getPackage()))
                    .map(JavaClass::getPackageName)
                    .filter(name -> !name.startsWith(part.getName()))
                    .forEach(name -> used.add(name.substring(ROOT.length() + 1)));
            if (isCapability(part)) {
                assertThat(new TreeSet<>(UseWhatIsNamed.named(part)))
                        .as(part.getName())
                        .isEqualTo(used);
            }
        }
        assertThat(SERVER.getPackage(ROOT).getSubpackages().stream().filter(ArchitectureTest::isCapability))
                .hasSizeGreaterThanOrEqualTo(7);
    }

    private static boolean isCapability(JavaPackage part) {
        return part.isAnnotatedWith(Uses.class);
    }
}
