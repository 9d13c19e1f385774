package io.jishi.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The file from which a node's classes come loaded, linked and with the profiles of an earlier run (JEP 483, 514, 515),
 * which makes it ready in less than half the time. Its name is made of all that it depends on, so that a file of another
 * build or another Java is never met; Java itself would ignore it.
 */
record AotCache(Path folder, String name) {
    private static final String SUFFIX = ".aot";
    private static final int NAME_CHARACTERS = 16;

    /** Empty where the class path is not made of jars, which Java requires. */
    static Optional<AotCache> of(Installation installation, Path otherwise) {
        if (!installation.jars().stream()
                .allMatch(jar -> jar.toString().endsWith(".jar") && Files.isRegularFile(jar))) {
            return Optional.empty();
        }
        Path beside = installation.jars().getFirst().resolveSibling("aot");
        return Optional.of(new AotCache(isWritable(beside) ? beside : otherwise, name(installation)));
    }

    Path file() {
        return folder.resolve(name + SUFFIX);
    }

    boolean isThere() {
        return Files.isRegularFile(file());
    }

    /** The flag with which a node uses it. */
    List<String> use() {
        return isThere() ? List.of("-XX:AOTCache=" + file()) : List.of();
    }

    /** Where a training run of this process writes. */
    Path draft() {
        return folder.resolve(name + "." + ProcessHandle.current().pid() + ".new");
    }

    /** Makes the draft the cache, and deletes caches of earlier builds. False where there is no draft. */
    boolean accept() {
        try {
            if (!Files.isRegularFile(draft()) || Files.size(draft()) == 0) {
                return false;
            }
            Files.move(draft(), file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.{aot,new,config}")) {
                for (Path other : all) {
                    if (!other.equals(file())) {
                        Files.deleteIfExists(other);
                    }
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isWritable(Path folder) {
        try {
            return Files.isWritable(Files.createDirectories(folder));
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Installation installation) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path jar : installation.jars()) {
                put(
                        digest,
                        jar + " " + Files.size(jar) + " "
                                + Files.getLastModifiedTime(jar).toMillis());
            }
            put(digest, installation.java() + " " + System.getProperty("java.vm.version"));
            put(digest, installation.nodeClass() + " " + Installation.flags(1));
            return HexFormat.of().formatHex(digest.digest()).substring(0, NAME_CHARACTERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
