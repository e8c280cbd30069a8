"""The engines that run the SQL, one module and class each. Other rooms import the protocol, `choice`, and the default."""
