package io.jishi.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.jishi.Configuration;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    private static final Path ROOT = Path.of("..", "k8s").toAbsolutePath().normalize();
    private static final int DRAIN_SECONDS_MAX = 15;

    static List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.endsWith("kustomization.yaml"))
                    .map(Path::getParent)
                    .toList();
        }
    }

    static List<Path> overlays() throws IOException {
        return folders().stream()
                .filter(folder -> folder.startsWith(ROOT.resolve("overlays")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void every_file_is_named_by_its_kustomization_and_every_named_file_exists(Path folder) throws IOException {
        Set<Path> there = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(f -> !f.endsWith("kustomization.yaml"))
                    .forEach(there::add);
        }
        assertThat(Kustomization.read(folder).files()).isEqualTo(there);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void every_resource_and_every_patch_has_only_fields_of_its_kind(Path folder) {
        Kustomization kustomization = Kustomization.read(folder);
        assertThat(kustomization.resources())
                .isNotEmpty()
                .allSatisfy(
                        resource -> assertThat(resource.getMetadata().getName()).isNotBlank());
        patches(kustomization).forEach(Manifests::resource);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_patch_has_a_target(Path folder) {
        Kustomization overlay = Kustomization.read(folder);
        List<String> known =
                overlay.resources().stream().map(ManifestsTest::name).toList();
        assertThat(patches(overlay)).allSatisfy(patch -> assertThat(known).contains(name(Manifests.resource(patch))));
        assertThat(known).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everything_that_is_referred_to_exists(Path folder) {
        Kustomization overlay = Kustomization.read(folder);
        checkReferences(overlay.resources(), Set.of("jishi-configuration"));
    }

    /** Skipped where neither kubectl nor kustomize is installed. */
    @ParameterizedTest
    @MethodSource("overlays")
    void overlays_build_and_what_they_build_is_strict_and_whole(Path folder) throws Exception {
        Optional<List<String>> builder = builder();
        assumeTrue(builder.isPresent(), "neither kubectl nor kustomize is installed: overlays are not built");
        List<HasMetadata> built =
                Manifests.resources(run(Stream.concat(builder.get().stream(), Stream.of(folder.toString()))
                        .toList()));
        Set<String> maps = new HashSet<>();
        built.stream()
                .filter(r -> r.getKind().equals("ConfigMap"))
                .forEach(r -> maps.add(r.getMetadata().getName()));
        assertThat(maps).hasSize(1);
        checkReferences(built, maps);
    }

    @Test
    void the_server_runs_without_rights_and_stops_gracefully() {
        PodSpec pod = server(Kustomization.read(ROOT.resolve("base")).resources());
        Container container = pod.getContainers().get(0);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getEnableServiceLinks())
                .as("service links add JISHI_… variables, which the server refuses")
                .isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health/live");
        assertThat(pod.getTerminationGracePeriodSeconds())
                .isGreaterThan(container.getLifecycle().getPreStop().getSleep().getSeconds() + DRAIN_SECONDS_MAX);
    }

    @Test
    void members_find_one_another_through_the_headless_service() {
        Kustomization base = Kustomization.read(ROOT.resolve("base"));
        JsonNode cluster = Manifests.documents(Kustomization.text(base.folder().resolve("jishi.yaml")))
                .get(0)
                .path("cluster");
        assertThat(cluster.path("discovery").asText()).isEqualTo("kubernetes");
        Service members = resources(base.resources(), Service.class)
                .filter(s -> s.getMetadata()
                        .getName()
                        .equals(cluster.path("kubernetes-service").asText()))
                .findAny()
                .orElseThrow();
        assertThat(members.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(members.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(members.getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getPort())
                        .isEqualTo(cluster.path("port").asInt()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void the_server_accepts_the_configuration_and_every_variable(Path overlay) {
        Kustomization base = Kustomization.read(ROOT.resolve("base"));
        Map<String, String> environment = new HashMap<>();
        server(base.resources()).getContainers().get(0).getEnv().forEach(variable -> putValue(environment, variable));
        String patch = Kustomization.text(overlay.resolve("stateful-set.yaml"));
        resources(Manifests.resources(patch), StatefulSet.class)
                .flatMap(set -> set.getSpec().getTemplate().getSpec().getContainers().stream())
                .flatMap(container -> container.getEnv().stream())
                .forEach(variable -> putValue(environment, variable));
        environment.put("JISHI_DATABASE_URL", "postgresql://jishi:secret@database:5432/jishi");
        assertThat(environment.put("JISHI_DATABASE_SEAL_KEYS", "k1:" + "0".repeat(64)))
                .isNotNull();
        Optional<Path> file = Optional.of(base.folder().resolve("jishi.yaml"));
        assertThat(Configuration.read(file, environment)).isNotNull();
        environment.put("JISHI_SERVICE_HOST", "10.0.0.1");
        assertThatThrownBy(() -> Configuration.read(file, environment)).hasMessageContaining("JISHI_SERVICE_HOST");
    }

    /** A secret stands for itself, as long as any has to be. */
    private static void putValue(Map<String, String> environment, EnvVar variable) {
        environment.put(
                variable.getName(),
                Optional.ofNullable(variable.getValue()).orElse("a value of 32 characters or more for it"));
    }

    @Test
    void a_repeated_key_an_unknown_field_and_a_wrong_type_are_refused() {
        assertThatThrownBy(() -> Manifests.documents("a: 1\na: 2\n")).hasMessageContaining("Duplicate");
        String service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {%s}\n";
        assertThat(Manifests.resources(service.formatted("ports: [{port: 80}]")))
                .hasSize(1);
        assertThatThrownBy(() -> Manifests.resources(service.formatted("port: [{port: 80}]")))
                .hasMessageContaining("Unrecognized field \"port\"");
        assertThatThrownBy(() -> Manifests.resources(service.formatted("ports: [{port: eighty}]")))
                .hasMessageContaining("eighty");
    }

    private static void checkReferences(List<HasMetadata> resources, Set<String> configMaps) {
        List<StatefulSet> sets = resources(resources, StatefulSet.class).toList();
        for (StatefulSet set : sets) {
            assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
            checkPod(set, configMaps);
            assertThat(resources(resources, Service.class)
                            .map(s -> s.getMetadata().getName()))
                    .contains(set.getSpec().getServiceName());
        }
        resources(resources, Service.class).forEach(service -> {
            Set<String> ports = ports(pods(sets, service.getSpec().getSelector().entrySet()));
            service.getSpec()
                    .getPorts()
                    .forEach(port ->
                            assertThat(ports).contains(port.getTargetPort().getStrVal()));
        });
        resources(resources, PodDisruptionBudget.class)
                .forEach(budget -> pods(
                        sets, budget.getSpec().getSelector().getMatchLabels().entrySet()));
        resources(resources, NetworkPolicy.class)
                .forEach(policy -> pods(
                        sets, policy.getSpec().getPodSelector().getMatchLabels().entrySet()));
        resources(resources, HorizontalPodAutoscaler.class)
                .forEach(scaler -> assertThat(
                                sets.stream().map(set -> set.getMetadata().getName()))
                        .contains(scaler.getSpec().getScaleTargetRef().getName()));
    }

    private static void checkPod(StatefulSet set, Set<String> configMaps) {
        PodSpec pod = set.getSpec().getTemplate().getSpec();
        Set<String> volumes = new HashSet<>();
        for (Volume volume : pod.getVolumes()) {
            volumes.add(volume.getName());
            if (volume.getConfigMap() != null) {
                assertThat(configMaps).contains(volume.getConfigMap().getName());
            }
        }
        set.getSpec()
                .getVolumeClaimTemplates()
                .forEach(claim -> volumes.add(claim.getMetadata().getName()));
        for (Container container : pod.getContainers()) {
            assertThat(volumes)
                    .containsAll(container.getVolumeMounts().stream()
                            .map(VolumeMount::getName)
                            .toList());
            for (EnvVar variable : container.getEnv()) {
                if (variable.getValueFrom() != null && variable.getValueFrom().getSecretKeyRef() != null) {
                    assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                            .isEqualTo("jishi");
                }
            }
            Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                    .filter(probe -> probe != null && probe.getHttpGet() != null)
                    .forEach(probe -> assertThat(ports(container))
                            .contains(probe.getHttpGet().getPort().getStrVal()));
        }
    }

    /** The pods that carry all the labels; none is an error. */
    private static List<PodSpec> pods(List<StatefulSet> sets, Set<java.util.Map.Entry<String, String>> labels) {
        List<PodSpec> pods = sets.stream()
                .filter(s -> s.getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(labels))
                .map(s -> s.getSpec().getTemplate().getSpec())
                .toList();
        assertThat(pods).as("pods with the labels %s", labels).hasSize(1);
        return pods;
    }

    private static Set<String> ports(List<PodSpec> pods) {
        Set<String> ports = new HashSet<>();
        pods.forEach(pod -> pod.getContainers().forEach(container -> ports.addAll(ports(container))));
        return ports;
    }

    private static Set<String> ports(Container container) {
        Set<String> ports = new HashSet<>();
        container.getPorts().stream().map(ContainerPort::getName).forEach(ports::add);
        return ports;
    }

    private static PodSpec server(List<HasMetadata> resources) {
        return resources(resources, StatefulSet.class)
                .filter(set -> set.getMetadata().getName().equals("jishi"))
                .findAny()
                .orElseThrow()
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static <T extends HasMetadata> Stream<T> resources(List<HasMetadata> resources, Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast);
    }

    private static List<JsonNode> patches(Kustomization kustomization) {
        return kustomization.content().path("patches").findValuesAsText("path").stream()
                .flatMap(path -> Manifests.documents(
                        Kustomization.text(kustomization.folder().resolve(path)))
                        .stream())
                .toList();
    }

    private static String name(HasMetadata resource) {
        return resource.getKind() + "/" + resource.getMetadata().getName();
    }

    private static Optional<List<String>> builder() {
        if (installed("kubectl")) {
            return Optional.of(List.of("kubectl", "kustomize"));
        }
        return installed("kustomize") ? Optional.of(List.of("kustomize", "build")) : Optional.empty();
    }

    private static boolean installed(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("kustomize", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return output;
    }
}
