package io.jishi.edge;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** All files of a folder on the class path, which is a folder of the disk or of a jar. */
final class ClassPathFolder {
    private ClassPathFolder() {}

    /**
     * @param folder with a slash at its end
     * @return contents by name within the folder; none where there is no such folder
     */
    static Map<String, byte[]> read(ClassLoader loader, String folder) throws IOException {
        URL url = loader.getResource(folder);
        if (url == null) {
            return Map.of();
        }
        return url.openConnection() instanceof JarURLConnection jar
                ? inJar(jar.getJarFile(), folder)
                : onDisk(Path.of(URI.create(url.toString())));
    }

    private static Map<String, byte[]> inJar(JarFile jar, String folder) throws IOException {
        List<JarEntry> entries = jar.stream()
                .filter(entry -> !entry.isDirectory() && entry.getName().startsWith(folder))
                .toList();
        Map<String, byte[]> files = new HashMap<>();
        for (JarEntry entry : entries) {
            try (InputStream in = jar.getInputStream(entry)) {
                files.put(entry.getName().substring(folder.length()), in.readAllBytes());
            }
        }
        return files;
    }

    private static Map<String, byte[]> onDisk(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.filter(Files::isRegularFile).toList();
        }
        Map<String, byte[]> files = new HashMap<>();
        for (Path path : paths) {
            files.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
        }
        return files;
    }
}
