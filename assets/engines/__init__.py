"""What the SQL runs on. An engine is one module with one class; nothing outside this room names one but the choice."""
