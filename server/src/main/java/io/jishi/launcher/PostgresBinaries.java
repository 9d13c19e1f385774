package io.jishi.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL for this machine, which come as a Maven dependency, unpacked once into a cache folder.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path home) {

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** {@code ~/.cache/jishi}, or as XDG_CACHE_HOME says; the given folder where neither can be written. */
    static Path cache(Path otherwise) {
        Path base = absolute("XDG_CACHE_HOME")
                .or(() -> absolute("HOME").map(home -> home.resolve(".cache")))
                .orElse(otherwise);
        Path cache = base.resolve("jishi");
        try {
            Files.createDirectories(cache);
            return Files.isWritable(cache) ? cache : otherwise;
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static Optional<Path> absolute(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(path -> path.startsWith("/"))
                .map(Path::of);
    }

    static boolean isUnpackedIn(Path cache) {
        try {
            return Files.isDirectory(cache.resolve(folderName(archive().openConnection())));
        } catch (IOException e) {
            return false;
        }
    }

    /** Unpacks what is not there yet. Several processes may do so at once; one wins and the others use its result. */
    static PostgresBinaries unpackedIn(Path cache) {
        URL archive = archive();
        try {
            URLConnection connection = archive.openConnection();
            Path home = cache.resolve(folderName(connection));
            if (!Files.isDirectory(home)) {
                unpack(connection, cache, home);
            }
            return new PostgresBinaries(home);
        } catch (IOException e) {
            throw new StartFailure("Cannot unpack PostgreSQL into " + cache + " (" + DataDirectory.reason(e) + ").");
        }
    }

    private static URL archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        String name = "/postgres-" + system + "-" + machine + ".txz";
        URL found = PostgresBinaries.class.getResource(name);
        if (found == null) {
            throw new StartFailure("No PostgreSQL comes with this build for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + "; set JISHI_DATABASE_URL to an existing server.");
        }
        return found;
    }

    /** Names the very bytes of the archive, so that another version never meets old files. */
    private static String folderName(URLConnection connection) throws IOException {
        if (connection instanceof JarURLConnection inJar) {
            long checksum = inJar.getJarEntry().getCrc();
            return "postgres-" + Long.toHexString(checksum) + "-"
                    + inJar.getJarEntry().getSize();
        }
        return "postgres-" + connection.getContentLengthLong() + "-" + connection.getLastModified();
    }

    private static void unpack(URLConnection connection, Path cache, Path home) throws IOException {
        Files.createDirectories(cache);
        deleteAbandoned(cache);
        Path fresh = Files.createTempDirectory(
                cache,
                "unpacking-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (InputStream packed = new BufferedInputStream(connection.getInputStream(), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpackEntry(tar, entry, fresh);
            }
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteTree(fresh);
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
    }

    /** What a process that was killed while it unpacked has left; an hour is longer than any unpacking takes. */
    private static void deleteAbandoned(Path cache) throws IOException {
        FileTime hourAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cache, "unpacking-*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).compareTo(hourAgo) < 0) {
                    deleteTree(folder);
                }
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path into) throws IOException {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
            throw new IOException("the archive names " + entry.getName() + ", outside its folder");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.copy(into.resolve(entry.getLinkName()), target);
        } else {
            Files.copy(tar, target);
            Set<PosixFilePermission> rights =
                    PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
            Files.setPosixFilePermissions(target, rights);
        }
    }

    static void deleteTree(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
