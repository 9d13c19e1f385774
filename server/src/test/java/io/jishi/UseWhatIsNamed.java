package io.jishi;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.jishi.core.Uses;
import java.util.List;
import java.util.Set;

/** A capability depends on the kernel and on the capabilities that {@link Uses} names at its package. */
final class UseWhatIsNamed extends ArchCondition<JavaClass> {
    private static final Set<String> KERNEL = Set.of("core", "realtime", "database", "outbound");

    private final String root;

    UseWhatIsNamed(String root) {
        super("use the kernel and what @Uses names");
        this.root = root;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        String own = part(type);
        List<String> named = named(type.getPackage());
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            String part = part(target);
            boolean allowed = part.isEmpty() || part.equals(own) || KERNEL.contains(part) || named.contains(part);
            if (!allowed) {
                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
            }
        }
    }

    /** What {@link Uses} names at a package; nothing where it is missing. */
    static List<String> named(JavaPackage where) {
        return where.tryGetAnnotationOfType(Uses.class)
                .map(uses -> List.of(uses.value()))
                .orElse(List.of());
    }

    /** The first name under the root; empty for what is not under it; the wiring itself is {@code Main}'s. */
    private String part(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(root)) {
            return "the wiring";
        }
        return name.startsWith(root + ".") ? name.substring(root.length() + 1).replaceFirst("\\..*", "") : "";
    }
}
