"""Writes the trained network as two models for sherpa-onnx. Usage: export.py WEIGHTS.pt FOLDER

live.onnx    streaming, behind sherpa-onnx's NeMo CTC interface; the past of the features is its state
whole.onnx   whole utterances, behind its Zipformer CTC interface
tokens.txt   the words

and all of them as FOLDER.tar.bz2, the same bytes for the same weights.
"""
import io
import sys
import tarfile
from pathlib import Path

import onnx
import torch
from torch import nn

from features import BINS
from model import BLANK, PAST, SUBSAMPLING, WORDS, Digits, normalise

CHUNK = 16


class Live(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, audio_signal, length, cache_last_channel, cache_last_time, cache_last_channel_len):
        x = torch.cat([cache_last_channel[:, 0], normalise(audio_signal)], 2)
        log_probs = self.net(x)
        # Inputs that are not needed still have to be used: the interface has them.
        encoded = length // SUBSAMPLING
        return (
            log_probs,
            encoded,
            x[:, None, :, -PAST:],
            cache_last_time + 0,
            cache_last_channel_len + 0,
        )


class Whole(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x, x_lens):
        x = normalise(x).transpose(1, 2)
        past = torch.zeros_like(x[:, :, :1]).expand(-1, -1, PAST)
        # A third of a second of silence lets the last word out.
        tail = normalise(torch.full_like(x[:, :, :1], -15.9)).expand(-1, -1, 32)
        return self.net(torch.cat([past, x, tail], 2)), x_lens // SUBSAMPLING + 8


def save(module, inputs, names, dynamic, metadata, path):
    torch.onnx.export(
        module, inputs, str(path), opset_version=13, input_names=names[0], output_names=names[1], dynamic_axes=dynamic
    )
    model = onnx.load(str(path))
    for key, value in metadata.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, str(value)
    onnx.save(model, str(path))
    print(path.name, path.stat().st_size, "bytes")


LICENCE = """Weights made from recordings of the Free Spoken Digit Dataset (Zohar Jackson and others),
https://github.com/Jakobovski/free-spoken-digit-dataset, CC BY-SA 4.0. Licence of the weights: CC BY-SA 4.0,
https://creativecommons.org/licenses/by-sa/4.0/
"""


def pack(folder):
    path = folder.parent / f"{folder.name}.tar.bz2"
    with tarfile.open(path, "w:bz2", format=tarfile.USTAR_FORMAT) as archive:
        for name in ["LICENSE", "live.onnx", "tokens.txt", "whole.onnx"]:
            content = (folder / name).read_bytes()
            entry = tarfile.TarInfo(f"{folder.name}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    print(path.name, path.stat().st_size, "bytes")


def main():
    weights, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    net = Digits()
    net.load_state_dict(torch.load(weights))
    net.eval()
    states = ["cache_last_channel", "cache_last_time", "cache_last_channel_len"]
    save(
        Live(net),
        (
            torch.zeros(2, BINS, CHUNK),
            torch.full((2,), CHUNK, dtype=torch.int64),
            torch.zeros(2, 1, BINS, PAST),
            torch.zeros(2, 1, 1, 1),
            torch.zeros(2, dtype=torch.int64),
        ),
        (["audio_signal", "length", *states], ["log_probs", "encoded_length", *(f"{s}_next" for s in states)]),
        {
            **{name: {0: "N"} for name in ["audio_signal", "length", *states]},
            **{f"{name}_next": {0: "N"} for name in states},
            "log_probs": {0: "N"},
            "encoded_length": {0: "N"},
        },
        {
            "window_size": CHUNK,
            "chunk_shift": CHUNK,
            "subsampling_factor": SUBSAMPLING,
            "vocab_size": len(WORDS),
            "cache_last_channel_dim1": 1,
            "cache_last_channel_dim2": BINS,
            "cache_last_channel_dim3": PAST,
            "cache_last_time_dim1": 1,
            "cache_last_time_dim2": 1,
            "cache_last_time_dim3": 1,
        },
        folder / "live.onnx",
    )
    save(
        Whole(net),
        (torch.zeros(1, 100, BINS), torch.full((1,), 100, dtype=torch.int64)),
        (["x", "x_lens"], ["log_probs", "log_probs_len"]),
        {"x": {0: "N", 1: "T"}, "x_lens": {0: "N"}, "log_probs": {0: "N", 1: "U"}, "log_probs_len": {0: "N"}},
        {"model_type": "zipformer2_ctc"},
        folder / "whole.onnx",
    )
    lines = [f"▁{word} {i}" for i, word in enumerate(WORDS)] + [f"<blk> {BLANK}"]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n")
    (folder / "LICENSE").write_text(LICENCE)
    pack(folder)


if __name__ == "__main__":
    main()
