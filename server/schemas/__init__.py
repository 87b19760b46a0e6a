"""What goes over the wire, documented once: the browser's types are generated from these classes."""
