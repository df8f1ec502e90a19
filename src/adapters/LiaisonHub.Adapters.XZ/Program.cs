return await LiaisonHub.Desk.CountryProgram.Run(LiaisonHub.Adapters.XZ.Xz.Country, args);
