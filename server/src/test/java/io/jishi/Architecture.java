package io.jishi;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.netty.channel.EventLoop;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The rules of how the parts depend on one another, by name. They are made for a root package, so that each can also be
 * held against classes that break it on purpose.
 */
final class Architecture {
    private static final String[] SQL = {
        "io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..", "javax.sql..", "org.postgresql.."
    };
    private static final String[] SOCKETS = {
        "io.vertx.core.http..",
        "io.vertx.core.net..",
        "io.vertx.ext.web..",
        "io.netty.channel..",
        "io.netty.handler..",
        "java.net.http..",
        "java.nio.channels.."
    };
    private static final Set<String> BLOCKING = Set.of(
            "java.lang.Thread.sleep",
            "io.vertx.core.Future.await",
            "java.util.concurrent.CompletableFuture.join",
            "java.util.concurrent.CompletableFuture.get",
            "java.util.concurrent.Future.get",
            "java.util.concurrent.CountDownLatch.await",
            "java.lang.Object.wait");
    private static final Set<String> UNREPEATABLE = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.Clock.systemUTC",
            "java.time.InstantSource.system",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID");

    private final String root;
    private final Map<String, ArchRule> rules = new LinkedHashMap<>();

    private Architecture(String root) {
        this.root = root;
    }

    static Map<String, ArchRule> rules(String root) {
        Architecture architecture = new Architecture(root);
        architecture.kernel();
        architecture.capabilities();
        architecture.outside();
        architecture.handling();
        architecture.names();
        return architecture.rules;
    }

    /** The capabilities are what is neither kernel nor edge nor a process of its own. */
    private String[] capabilityPackages() {
        return packages(
                "accounts",
                "catalog",
                "carts",
                "liverooms",
                "flashsales",
                "orders",
                "aftersales",
                "ledger",
                "payments",
                "webhooks",
                "dispatch",
                "shelves",
                "community");
    }

    private void kernel() {
        rules.put(
                "core depends on the JDK and two libraries of annotations alone",
                classes()
                        .that(resideInAPackage(in("core")))
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(
                                in("core"),
                                "java..",
                                "javax.crypto..",
                                "com.fasterxml.jackson.annotation..",
                                "com.google.errorprone.annotations..",
                                "org.jspecify..")));
        rules.put("realtime depends on core", onlyOn("realtime", "core"));
        rules.put("database depends on core", onlyOn("database", "core"));
        rules.put("cluster depends on realtime and core", onlyOn("cluster", "realtime", "core"));
    }

    private void capabilities() {
        rules.put(
                "capabilities use the kernel and the capabilities that their package-info names",
                classes().that(resideInAnyPackage(capabilityPackages())).should(new UseWhatIsNamed(root)));
        rules.put(
                "no part depends on itself through others",
                SlicesRuleDefinition.slices().matching(root + ".(*)..").should().beFreeOfCycles());
    }

    private void outside() {
        rules.put(
                "bots and launcher use nothing of the server",
                classes()
                        .that(resideInAnyPackage(packages("bots", "launcher")))
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(packages("bots", "launcher", "core"))
                                .or(DescribedPredicate.not(resideInAPackage(root + "..")))));
        rules.put(
                "nothing depends on the edge but the wiring",
                noClasses()
                        .that(resideInAPackage(root + ".*..").and(DescribedPredicate.not(resideInAPackage(in("edge")))))
                        .should()
                        .dependOnClassesThat(resideInAPackage(in("edge"))));
        rules.put(
                "nothing depends on the wiring",
                noClasses().that(resideInAPackage(root + ".*..")).should().dependOnClassesThat(resideInAPackage(root)));
    }

    private void handling() {
        DescribedPredicate<JavaClass> sql = resideInAnyPackage(SQL);
        DescribedPredicate<JavaClass> store = storesAndDatabase();
        rules.put(
                "Hazelcast is known to cluster alone",
                noClasses()
                        .that(DescribedPredicate.not(resideInAPackage(in("cluster"))))
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..")));
        rules.put(
                "SQL client types stay in database and stores; a transaction's handle may pass through",
                noClasses()
                        .that(DescribedPredicate.not(store))
                        .should()
                        .dependOnClassesThat(
                                sql.and(DescribedPredicate.not(JavaClass.Predicates.type(SqlConnection.class)))));
        rules.put(
                "nothing but stores and database calls a transaction's handle",
                noClasses()
                        .that(DescribedPredicate.not(store))
                        .should()
                        .callMethodWhere(calls("a method of the SQL client", call -> sql.test(call.getTargetOwner()))));
        rules.put(
                "sockets stay in the edge",
                noClasses()
                        .that(DescribedPredicate.not(
                                resideInAnyPackage(packages("edge", "outbound", "bots", "launcher"))))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(SOCKETS)
                                .and(DescribedPredicate.not(JavaClass.Predicates.type(EventLoop.class)))));
        rules.put(
                "nothing on an event loop waits",
                noClasses()
                        .that(resideInAnyPackage(capabilityPackages()).or(resideInAnyPackage(packages("realtime"))))
                        .should()
                        .callMethodWhere(calls("something that waits", call -> BLOCKING.contains(name(call)))));
        rules.put(
                "capabilities are given time and randomness",
                noClasses()
                        .that(resideInAnyPackage(capabilityPackages()))
                        .should()
                        .callMethodWhere(
                                calls("a clock or a source of chance", call -> UNREPEATABLE.contains(name(call)))));
    }

    private void names() {
        rules.put(
                "stores are nobody else's business",
                classes()
                        .that(resideInAnyPackage(capabilityPackages()))
                        .and()
                        .haveSimpleNameEndingWith("Store")
                        .and()
                        // its columns and its reading of a row serve the flash sales' claim, see decision 0001
                        .doNotHaveFullyQualifiedName("io.jishi.orders.OrderStore")
                        .should()
                        .notBePublic());
        rules.put(
                "packages and classes are named by what they are about",
                noClasses()
                        .should()
                        .resideInAnyPackage(
                                "..util..", "..utils..", "..helper..", "..helpers..", "..common..", "..misc..")
                        .orShould()
                        .haveSimpleNameEndingWith("Impl"));
    }

    private DescribedPredicate<JavaClass> storesAndDatabase() {
        return DescribedPredicate.describe(
                "stores, database and the launcher of the database",
                type -> resideInAnyPackage(packages("database", "launcher")).test(type) || isStore(type));
    }

    private static boolean isStore(JavaClass type) {
        return type.getSimpleName().endsWith("Store")
                || type.getEnclosingClass().map(Architecture::isStore).orElse(false);
    }

    private ArchRule onlyOn(String part, String... others) {
        return classes()
                .that(resideInAPackage(in(part)))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(packages(others))
                        .or(resideInAPackage(in(part)))
                        .or(DescribedPredicate.not(resideInAPackage(root + ".."))));
    }

    private static DescribedPredicate<JavaMethodCall> calls(
            String description, java.util.function.Predicate<JavaMethodCall> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static String name(JavaMethodCall call) {
        return call.getTargetOwner().getName() + "." + call.getName();
    }

    private String in(String part) {
        return root + "." + part + "..";
    }

    private String[] packages(String... parts) {
        return java.util.Arrays.stream(parts).map(this::in).toArray(String[]::new);
    }
}
