"""How it is run: the code location, schedule and sensor, the command, the simulator. No business rule lives here."""
