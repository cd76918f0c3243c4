"""The data of the course, as tensors."""

import csv
from importlib.resources import files

import torch


def load_lab():
    """Return the lab's eight points: `x_train` float32 (8, 4), `y_train` int64 (8,) in 0..2.

    Each row of `x_train` is one sample with four features without units; `y_train` holds
    the index of its class. Every call returns new tensors.

    Source: Lab 06-1 "Softmax Classification" of Deep Learning Zero to All, season 2
    (deeplearningzerotoall/PyTorch).
    """
    x_train = torch.tensor(
        [
            [1.0, 2.0, 1.0, 1.0],
            [2.0, 1.0, 3.0, 2.0],
            [3.0, 1.0, 3.0, 4.0],
            [4.0, 1.0, 5.0, 5.0],
            [1.0, 7.0, 5.0, 5.0],
            [1.0, 2.0, 5.0, 6.0],
            [1.0, 6.0, 6.0, 6.0],
            [1.0, 7.0, 7.0, 7.0],
        ],
        dtype=torch.float32,
    )
    y_train = torch.tensor([2, 2, 2, 1, 1, 1, 0, 0])
    return x_train, y_train


PENGUIN_MEASUREMENTS = (
    "bill length (mm)",
    "bill depth (mm)",
    "flipper length (mm)",
    "body mass (g)",
)
PENGUIN_SPECIES = ("Adelie", "Chinstrap", "Gentoo")


def load_penguins():
    """Return the Palmer penguins: measurements float32 (344, 4) and species int64 (344,), 0..2.

    The columns are `PENGUIN_MEASUREMENTS`, in millimetres and grams; a missing measurement is
    nan. A species is its position in `PENGUIN_SPECIES`. Every call returns new
    tensors. Nothing is downloaded: the table, its source and its licence (CC0) are in
    `lab06/data_files`.
    """
    columns = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
    table = files("lab06").joinpath("data_files", "penguins.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    measured = [[float(row[name].replace("NA", "nan")) for name in columns] for row in rows]
    x = torch.tensor(measured, dtype=torch.float32)
    y = torch.tensor([PENGUIN_SPECIES.index(row["species"]) for row in rows])
    return x, y
