/** Classes that break the architecture on purpose, one rule each, laid out as the server is. Never run. */
package io.jishi.violations;
