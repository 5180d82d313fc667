"""PyTorch at the shapes of `tagma bench kernels`, fp32: torch_kernels.py cuda|cpu ROUNDS JOB...

A job is dense,BATCH,INPUTS,OUTPUTS or top,K,ROWS,FLOATS. Weights and rows stay on the device; inputs and answers go to it and back
with each call, as they do there. Says torch=VERSION, and JOB=NANOSECONDS for each, the best of the rounds; or missing=WHY.
"""
import sys
import time

try:
    import torch
except ImportError:
    print("missing=%s has no torch (pip install torch)" % sys.executable)
    sys.exit(0)


def best_ns(call, rounds):
    """Shortest of the rounds, behind as many that warm up."""
    shortest = None
    for i in range(2 * rounds):
        began = time.perf_counter_ns()
        call()
        took = time.perf_counter_ns() - began
        if i >= rounds and (shortest is None or took < shortest):
            shortest = took
    return shortest


def main():
    device = torch.device(sys.argv[1])
    rounds = int(sys.argv[2])
    on_gpu = device.type == "cuda"
    if on_gpu and not torch.cuda.is_available():
        print("missing=torch %s sees no CUDA device" % torch.__version__)
        return
    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.set_grad_enabled(False)
    print("torch=%s on %s" % (torch.__version__, torch.cuda.get_device_name(0) if on_gpu else "one core"))
    for job in sys.argv[3:]:
        kind, first, second, third = job.split(",")
        first, second, third = int(first), int(second), int(third)
        torch.manual_seed(5)
        if kind == "dense":
            weights = torch.rand(second, third, device=device)
            bias = torch.rand(third, device=device)
            x = torch.rand(first, second)
            x = x.pin_memory() if on_gpu else x

            def call():
                scores = torch.addmm(bias, x.to(device, non_blocking=True), weights)
                return scores.cpu()
        else:
            rows = torch.rand(second, third, device=device)
            query = torch.rand(third)
            query = query.pin_memory() if on_gpu else query

            def call():
                values, at = torch.topk(torch.mv(rows, query.to(device, non_blocking=True)), first)
                return values.cpu(), at.cpu()
        print("%s=%d" % (job, best_ns(call, rounds)), flush=True)


main()
