package io.jishi.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A folder with a {@code kustomization.yaml}, and everything that it names. */
record Kustomization(Path folder, JsonNode content) {
    private static final Set<String> FIELDS = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "labels",
            "resources",
            "components",
            "images",
            "patches",
            "configMapGenerator");

    static Kustomization read(Path folder) {
        JsonNode content =
                Manifests.documents(text(folder.resolve("kustomization.yaml"))).get(0);
        content.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException(folder + "/kustomization.yaml has an unknown field " + field);
            }
        });
        return new Kustomization(folder, content);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Files that it names and that lie in its own folder. */
    Set<Path> files() {
        Set<Path> files = new HashSet<>();
        names("resources").filter(name -> name.endsWith(".yaml")).forEach(name -> files.add(folder.resolve(name)));
        content.path("patches")
                .forEach(patch -> files.add(folder.resolve(patch.path("path").asText())));
        content.path("configMapGenerator")
                .forEach(map -> map.path("files").forEach(file -> files.add(folder.resolve(file.asText()))));
        return files;
    }

    /** Folders that it builds upon. */
    List<Kustomization> foundations() {
        return Stream.concat(names("resources").filter(name -> !name.endsWith(".yaml")), names("components"))
                .map(name -> read(folder.resolve(name).normalize()))
                .toList();
    }

    /** Resources of its own and of everything that it builds upon, before any patch. */
    List<HasMetadata> resources() {
        List<HasMetadata> resources = new ArrayList<>();
        foundations().forEach(foundation -> resources.addAll(foundation.resources()));
        names("resources")
                .filter(name -> name.endsWith(".yaml"))
                .forEach(name -> resources.addAll(Manifests.resources(text(folder.resolve(name)))));
        return resources;
    }

    private Stream<String> names(String field) {
        List<String> names = new ArrayList<>();
        content.path(field).forEach(name -> names.add(name.asText()));
        return names.stream();
    }
}
